param name string
param location string
param identityId string
param principalId string
param logsId string
param isolated bool

// Azure Service Bus Data Receiver and Sender
var roles = [
  '4f6d3b9b-027b-4f4c-9142-0e5a2a2247e0'
  '69a216fc-b8fb-44d8-bc22-1f3c2cd27a39'
]
var queues = [
  {
    name: 'collect'
    duplicateDetection: 'PT1H'
  }
  {
    name: 'metric-windows'
    duplicateDetection: 'PT1H'
  }
  {
    name: 'notifications'
    duplicateDetection: 'PT1H'
  }
]

resource namespace 'Microsoft.ServiceBus/namespaces@2024-01-01' = {
  name: name
  location: location
  sku: {
    name: isolated ? 'Premium' : 'Standard'
    tier: isolated ? 'Premium' : 'Standard'
  }
  properties: {
    disableLocalAuth: true
    minimumTlsVersion: '1.2'
    publicNetworkAccess: isolated ? 'Disabled' : 'Enabled'
  }
}

resource queue 'Microsoft.ServiceBus/namespaces/queues@2024-01-01' = [for item in queues: {
  parent: namespace
  name: item.name
  properties: {
    requiresSession: true
    requiresDuplicateDetection: true
    duplicateDetectionHistoryTimeWindow: item.duplicateDetection
    lockDuration: 'PT1M'
    maxDeliveryCount: 10
    deadLetteringOnMessageExpiration: true
    defaultMessageTimeToLive: 'P7D'
    maxSizeInMegabytes: 5120
  }
}]

resource access 'Microsoft.Authorization/roleAssignments@2022-04-01' = [for role in roles: {
  name: guid(namespace.id, identityId, role)
  scope: namespace
  properties: {
    principalId: principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', role)
  }
}]

resource diagnostics 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  name: 'logs'
  scope: namespace
  properties: {
    workspaceId: logsId
    logs: [
      {
        category: 'OperationalLogs'
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

output host string = replace(replace(namespace.properties.serviceBusEndpoint, 'https://', ''), ':443/', '')
output id string = namespace.id
