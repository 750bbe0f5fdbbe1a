param name string
param planName string
param location string
param identityId string
param identityClientId string
param maximumInstances int
param deploymentContainer string
param storageName string
param tableEndpoint string
param serviceBusHost string
param keyVaultUri string
param insightsConnectionString string
param dataRobotEndpoint string
param collectionSchedule string
param housekeepingSchedule string
param logsId string
param subnetId string
param channelSecrets string[]
param zoneRedundant bool
param entraClientId string

@minValue(0)
@maxValue(100)
param tracePercent int

var settings = {
  AZURE_CLIENT_ID: identityClientId
  AzureWebJobsDisableHomepage: 'true'
  AzureWebJobsStorage__accountName: storageName
  AzureWebJobsStorage__credential: 'managedidentity'
  AzureWebJobsStorage__clientId: identityClientId
  APPLICATIONINSIGHTS_CONNECTION_STRING: insightsConnectionString
  APPLICATIONINSIGHTS_AUTHENTICATION_STRING: 'ClientId=${identityClientId};Authorization=AAD'
  OTEL_TRACES_SAMPLER: 'microsoft.fixed_percentage'
  OTEL_TRACES_SAMPLER_ARG: tracePercent == 100 ? '1' : '0.${padLeft(tracePercent, 2, '0')}'
  ServiceBus__fullyQualifiedNamespace: serviceBusHost
  ServiceBus__credential: 'managedidentity'
  ServiceBus__clientId: identityClientId
  Tables__ServiceUri: tableEndpoint
  CollectionSchedule: collectionSchedule
  HousekeepingSchedule: housekeepingSchedule
  Notify__LinkKey: '@Microsoft.KeyVault(SecretUri=${keyVaultUri}secrets/link-key)'
  Web__ApiKey: '@Microsoft.KeyVault(SecretUri=${keyVaultUri}secrets/api-key)'
  Web__ReadKey: '@Microsoft.KeyVault(SecretUri=${keyVaultUri}secrets/read-key)'
  DataRobot__Endpoint: dataRobotEndpoint
  DataRobot__ApiToken: '@Microsoft.KeyVault(SecretUri=${keyVaultUri}secrets/datarobot-token)'
}
var secretSettings = toObject(channelSecrets, secret => 'Secrets__${replace(secret, '-', '_')}', secret => '@Microsoft.KeyVault(SecretUri=${keyVaultUri}secrets/${secret})')

// The app proves itself to Entra with its identity, which the registration trusts: there is no client secret.
var signInSettings = empty(entraClientId) ? {} : {
  OVERRIDE_USE_MI_FIC_ASSERTION_CLIENTID: identityClientId
  Web__EntraRoles: 'true'
}

resource plan 'Microsoft.Web/serverfarms@2023-12-01' = {
  name: planName
  location: location
  kind: 'functionapp'
  sku: {
    tier: 'FlexConsumption'
    name: 'FC1'
  }
  properties: {
    reserved: true
    zoneRedundant: zoneRedundant
  }
}

resource app 'Microsoft.Web/sites@2023-12-01' = {
  name: name
  location: location
  kind: 'functionapp,linux'
  tags: {
    'azd-service-name': 'functions'
  }
  identity: {
    type: 'UserAssigned'
    userAssignedIdentities: {
      '${identityId}': {}
    }
  }
  properties: {
    serverFarmId: plan.id
    httpsOnly: true
    keyVaultReferenceIdentity: identityId
    virtualNetworkSubnetId: empty(subnetId) ? null : subnetId
    siteConfig: {
      minTlsVersion: '1.2'
      ftpsState: 'Disabled'
    }
    functionAppConfig: {
      deployment: {
        storage: {
          type: 'blobContainer'
          value: deploymentContainer
          authentication: {
            type: 'UserAssignedIdentity'
            userAssignedIdentityResourceId: identityId
          }
        }
      }
      scaleAndConcurrency: {
        instanceMemoryMB: 2048
        maximumInstanceCount: maximumInstances
      }
      runtime: {
        name: 'dotnet-isolated'
        version: '10.0'
      }
    }
  }
}

// Deployments come with an identity; user and password are for nobody.
resource noFtp 'Microsoft.Web/sites/basicPublishingCredentialsPolicies@2023-12-01' = {
  parent: app
  name: 'ftp'
  properties: {
    allow: false
  }
}

resource noScm 'Microsoft.Web/sites/basicPublishingCredentialsPolicies@2023-12-01' = {
  parent: app
  name: 'scm'
  properties: {
    allow: false
  }
}

resource appSettings 'Microsoft.Web/sites/config@2023-12-01' = {
  parent: app
  name: 'appsettings'
  properties: union(settings, secretSettings, signInSettings, {
    Notify__PublicAddress: 'https://${app.properties.defaultHostName}/'
  })
  // Roles are believed only behind the sign-in: it must be there first.
  dependsOn: [
    signIn
  ]
}

// Whoever has not signed in gets through: the API itself asks for a key or a role, and signed links and the health check need none.
resource signIn 'Microsoft.Web/sites/config@2023-12-01' = if (!empty(entraClientId)) {
  parent: app
  name: 'authsettingsV2'
  properties: {
    platform: {
      enabled: true
    }
    globalValidation: {
      requireAuthentication: false
      unauthenticatedClientAction: 'AllowAnonymous'
    }
    identityProviders: {
      azureActiveDirectory: {
        enabled: true
        registration: {
          clientId: entraClientId
          clientSecretSettingName: 'OVERRIDE_USE_MI_FIC_ASSERTION_CLIENTID'
          openIdIssuer: '${environment().authentication.loginEndpoint}${tenant().tenantId}/v2.0'
        }
        validation: {
          allowedAudiences: [
            entraClientId
            'api://${entraClientId}'
          ]
        }
      }
    }
    login: {
      tokenStore: {
        enabled: false
      }
    }
    httpSettings: {
      requireHttps: true
    }
  }
}

resource diagnostics 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  name: 'logs'
  scope: app
  properties: {
    workspaceId: logsId
    logs: [
      {
        category: 'FunctionAppLogs'
        enabled: true
      }
    ]
  }
}
