param name string
param location string
param identityId string
param principalId string
param logsId string
param isolated bool

// Azure Service Bus Data Owner. Receiving and sending would do for the code. What wakes and scales the app goes by the same identity, and
// reads how many messages are active, which takes the right to manage. Without it, it looks at the first few messages only: scheduled ones
// at the head would hide those that are due, and a backlog would count as one message. The namespace holds nothing but the app's own queues.
var ownerRole = '090c5cfd-751d-490a-894a-3ce6f1109419'
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

// Not partitioned: a batch may then hold messages of several sessions.
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

resource access 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(namespace.id, identityId, ownerRole)
  scope: namespace
  properties: {
    principalId: principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', ownerRole)
  }
}

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
  }
}

output host string = replace(replace(namespace.properties.serviceBusEndpoint, 'https://', ''), ':443/', '')
output id string = namespace.id
