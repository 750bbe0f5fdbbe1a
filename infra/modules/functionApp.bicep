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

var settings = {
  AZURE_CLIENT_ID: identityClientId
  AzureWebJobsStorage__accountName: storageName
  AzureWebJobsStorage__credential: 'managedidentity'
  AzureWebJobsStorage__clientId: identityClientId
  APPLICATIONINSIGHTS_CONNECTION_STRING: insightsConnectionString
  APPLICATIONINSIGHTS_AUTHENTICATION_STRING: 'ClientId=${identityClientId};Authorization=AAD'
  ServiceBus__fullyQualifiedNamespace: serviceBusHost
  ServiceBus__credential: 'managedidentity'
  ServiceBus__clientId: identityClientId
  Tables__ServiceUri: tableEndpoint
  CollectionSchedule: collectionSchedule
  HousekeepingSchedule: housekeepingSchedule
  Notify__LinkKey: '@Microsoft.KeyVault(SecretUri=${keyVaultUri}secrets/link-key)'
  Web__ApiKey: '@Microsoft.KeyVault(SecretUri=${keyVaultUri}secrets/api-key)'
  DataRobot__Endpoint: dataRobotEndpoint
  DataRobot__ApiToken: '@Microsoft.KeyVault(SecretUri=${keyVaultUri}secrets/datarobot-token)'
}
var secretSettings = toObject(channelSecrets, secret => 'Secrets__${replace(secret, '-', '_')}', secret => '@Microsoft.KeyVault(SecretUri=${keyVaultUri}secrets/${secret})')

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
  properties: union(settings, secretSettings, {
    Notify__PublicAddress: 'https://${app.properties.defaultHostName}/'
  })
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
    metrics: [
      {
        category: 'AllMetrics'
        enabled: true
      }
    ]
  }
}
