metadata description = 'MetricsAlerts on Azure: a Flex Consumption function app with Service Bus, Table Storage, Key Vault and Application Insights. No keys: everything is reached by one managed identity.'

@description('A short name that all resources carry: 3 to 12 lower-case letters and digits.')
@minLength(3)
@maxLength(12)
param name string

@description('Where the resources are.')
param location string = resourceGroup().location

@description('DataRobot\'s API, such as https://app.datarobot.com/api/v2.')
param dataRobotEndpoint string

@description('When to collect, as a six-field NCrontab expression in UTC.')
param collectionSchedule string = '0 */10 * * * *'

@description('When to forget what is long over, as a six-field NCrontab expression in UTC.')
param housekeepingSchedule string = '0 17 3 * * *'

@description('Who is mailed when the app itself does not work; nobody when empty.')
param operatorEmail string = ''

@description('Names of the Key Vault secrets that hold channel webhooks: a rule file\'s secret:NAME is the secret named here.')
param channelSecrets string[] = []

@description('Keep storage, queues and secrets out of the public network: a virtual network with private endpoints. Service Bus is then Premium.')
param isolateNetwork bool = false

@description('Survive the loss of an availability zone: storage is replicated across zones and the app spreads over them. The region must have zones, and it must be chosen at the first deployment.')
param zoneRedundant bool = false

@description('The client id of an app registration in Entra: people sign in, with the app roles reader and operator. Empty: the API takes keys only.')
param entraClientId string = ''

@description('How long no tick may be collected to its end before the operators are mailed: at least three times what lies between two ticks.')
@allowed([
  'PT30M'
  'PT1H'
  'PT2H'
  'PT3H'
  'PT6H'
  'P1D'
  'P2D'
])
param quietAfter string = 'PT30M'

@description('How many traces in a hundred are kept; logs and metrics always are.')
@minValue(0)
@maxValue(100)
param tracePercent int = 10

@description('Days that logs are kept.')
@minValue(30)
@maxValue(730)
param logRetentionDays int = 30

@description('The most instances that the app scales out to.')
@minValue(40)
@maxValue(1000)
param maximumInstances int = 40

var suffix = uniqueString(resourceGroup().id, name)
var resourceNames = {
  identity: 'id-${name}-${suffix}'
  storage: take('st${name}${suffix}', 24)
  serviceBus: 'sb-${name}-${suffix}'
  keyVault: take('kv-${name}-${suffix}', 24)
  logs: 'log-${name}-${suffix}'
  insights: 'appi-${name}-${suffix}'
  plan: 'plan-${name}-${suffix}'
  app: 'func-${name}-${suffix}'
  network: 'vnet-${name}-${suffix}'
}

// Written down rather than asked of the resources, so that what-if can compare them with what is there.
var vaultUri = 'https://${resourceNames.keyVault}${environment().suffixes.keyvaultDns}/'
var tableUri = 'https://${resourceNames.storage}.table.${environment().suffixes.storage}/'
var blobUri = 'https://${resourceNames.storage}.blob.${environment().suffixes.storage}/'
var appSubnetId = resourceId('Microsoft.Network/virtualNetworks/subnets', resourceNames.network, 'app')
var endpointSubnetId = resourceId('Microsoft.Network/virtualNetworks/subnets', resourceNames.network, 'endpoints')

resource identity 'Microsoft.ManagedIdentity/userAssignedIdentities@2023-01-31' = {
  name: resourceNames.identity
  location: location
}

module monitoring 'modules/monitoring.bicep' = {
  name: 'monitoring'
  params: {
    logsName: resourceNames.logs
    insightsName: resourceNames.insights
    location: location
    retentionDays: logRetentionDays
    identityId: identity.id
    principalId: identity.properties.principalId
  }
}

module workbook 'modules/workbook.bicep' = {
  name: 'workbook'
  params: {
    name: guid(resourceGroup().id, name, 'workbook')
    location: location
    insightsId: monitoring.outputs.insightsId
  }
}

module network 'modules/network.bicep' = if (isolateNetwork) {
  name: 'network'
  params: {
    name: resourceNames.network
    location: location
    zoneRedundant: zoneRedundant
  }
}

module storage 'modules/storage.bicep' = {
  name: 'storage'
  params: {
    name: resourceNames.storage
    location: location
    identityId: identity.id
    principalId: identity.properties.principalId
    isolated: isolateNetwork
    zoneRedundant: zoneRedundant
  }
}

module serviceBus 'modules/serviceBus.bicep' = {
  name: 'serviceBus'
  params: {
    name: resourceNames.serviceBus
    location: location
    identityId: identity.id
    principalId: identity.properties.principalId
    logsId: monitoring.outputs.logsId
    isolated: isolateNetwork
  }
}

module keyVault 'modules/keyVault.bicep' = {
  name: 'keyVault'
  params: {
    name: resourceNames.keyVault
    location: location
    identityId: identity.id
    principalId: identity.properties.principalId
    logsId: monitoring.outputs.logsId
    isolated: isolateNetwork
  }
}

module app 'modules/functionApp.bicep' = {
  name: 'functionApp'
  params: {
    name: resourceNames.app
    planName: resourceNames.plan
    location: location
    identityId: identity.id
    identityClientId: identity.properties.clientId
    maximumInstances: maximumInstances
    deploymentContainer: '${blobUri}deployments'
    storageName: resourceNames.storage
    tableEndpoint: tableUri
    serviceBusHost: serviceBus.outputs.host
    keyVaultUri: vaultUri
    insightsConnectionString: monitoring.outputs.connectionString
    dataRobotEndpoint: dataRobotEndpoint
    housekeepingSchedule: housekeepingSchedule
    subnetId: isolateNetwork ? appSubnetId : ''
    logsId: monitoring.outputs.logsId
    collectionSchedule: collectionSchedule
    channelSecrets: channelSecrets
    zoneRedundant: zoneRedundant
    entraClientId: entraClientId
    tracePercent: tracePercent
  }
  dependsOn: [
    keyVault
    network
    storage
  ]
}

module blobEndpoint 'modules/privateEndpoint.bicep' = if (isolateNetwork) {
  name: 'blobEndpoint'
  params: {
    name: 'pe-blob-${name}-${suffix}'
    location: location
    subnetId: endpointSubnetId
    zoneId: network.?outputs.blobZoneId ?? ''
    targetId: storage.outputs.id
    group: 'blob'
  }
}

module tableEndpoint 'modules/privateEndpoint.bicep' = if (isolateNetwork) {
  name: 'tableEndpoint'
  params: {
    name: 'pe-table-${name}-${suffix}'
    location: location
    subnetId: endpointSubnetId
    zoneId: network.?outputs.tableZoneId ?? ''
    targetId: storage.outputs.id
    group: 'table'
  }
}

module vaultEndpoint 'modules/privateEndpoint.bicep' = if (isolateNetwork) {
  name: 'vaultEndpoint'
  params: {
    name: 'pe-vault-${name}-${suffix}'
    location: location
    subnetId: endpointSubnetId
    zoneId: network.?outputs.vaultZoneId ?? ''
    targetId: keyVault.outputs.id
    group: 'vault'
  }
}

module serviceBusEndpoint 'modules/privateEndpoint.bicep' = if (isolateNetwork) {
  name: 'serviceBusEndpoint'
  params: {
    name: 'pe-serviceBus-${name}-${suffix}'
    location: location
    subnetId: endpointSubnetId
    zoneId: network.?outputs.serviceBusZoneId ?? ''
    targetId: serviceBus.outputs.id
    group: 'namespace'
  }
}

module alerts 'modules/alerts.bicep' = if (!empty(operatorEmail)) {
  name: 'alerts'
  params: {
    name: 'ag-${name}'
    location: location
    quietAfter: quietAfter
    serviceBusId: serviceBus.outputs.id
    storageId: storage.outputs.id
    insightsId: monitoring.outputs.insightsId
    email: operatorEmail
  }
}

@description('The function app\'s name, for publishing.')
output functionAppName string = resourceNames.app

@description('The app\'s identity, which the app registration must trust when entraClientId is given.')
output identityPrincipalId string = identity.properties.principalId

@description('The key vault that the secrets datarobot-token and the channel secrets go into.')
output keyVaultName string = resourceNames.keyVault

@description('The address from which an isolated app asks DataRobot and the chats; empty otherwise.')
output egressAddress string = network.?outputs.egressAddress ?? ''

@description('The tables, for metrics-alerts rules apply --tables.')
output tableEndpoint string = tableUri
