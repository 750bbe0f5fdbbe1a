param name string
param location string
param serviceBusId string
param storageId string
param insightsId string
param email string
param quietAfter string

// The pipeline's own rules tell of what it can see itself; these tell of what it cannot: that it does not run, or is held back.
resource people 'Microsoft.Insights/actionGroups@2023-01-01' = {
  name: name
  location: 'global'
  properties: {
    groupShortName: take(name, 12)
    enabled: true
    emailReceivers: [
      {
        name: 'operators'
        emailAddress: email
        useCommonAlertSchema: true
      }
    ]
  }
}

resource nothingCollected 'Microsoft.Insights/scheduledQueryRules@2023-12-01' = {
  name: '${name}-nothing-collected'
  location: location
  kind: 'LogAlert'
  properties: {
    displayName: '${name}-nothing-collected'
    description: 'No tick was collected to its end: the timer CollectMetrics did not run, or CollectShard does not get on.'
    severity: 1
    enabled: true
    scopes: [
      insightsId
    ]
    evaluationFrequency: 'PT10M'
    windowSize: quietAfter
    criteria: {
      allOf: [
        {
          query: loadTextContent('../queries/nothing-collected.kql')
          timeAggregation: 'Count'
          operator: 'LessThan'
          threshold: 1
          failingPeriods: {
            numberOfEvaluationPeriods: 1
            minFailingPeriodsToAlert: 1
          }
        }
      ]
    }
    autoMitigate: true
    actions: {
      actionGroups: [
        people.id
      ]
    }
  }
}

var metrics = [
  {
    name: 'dead-letters'
    description: 'Messages could not be processed: see GET /api/dead-letters.'
    severity: 2
    scope: serviceBusId
    namespace: 'Microsoft.ServiceBus/namespaces'
    metric: 'DeadletteredMessages'
    aggregation: 'Maximum'
    threshold: 0
    dimensions: []
  }
  {
    name: 'failed-functions'
    description: 'Functions fail: see the failures in Application Insights.'
    severity: 2
    scope: insightsId
    namespace: 'microsoft.insights/components'
    metric: 'requests/failed'
    aggregation: 'Count'
    threshold: 5
    dimensions: []
  }
  {
    name: 'queues-throttled'
    description: 'Service Bus refuses requests because there are too many: see Capacity in docs/deploy.md.'
    severity: 3
    scope: serviceBusId
    namespace: 'Microsoft.ServiceBus/namespaces'
    metric: 'ThrottledRequests'
    aggregation: 'Total'
    threshold: 100
    dimensions: []
  }
  {
    name: 'tables-throttled'
    description: 'Table Storage refuses requests because there are too many: see Capacity in docs/deploy.md.'
    severity: 3
    scope: '${storageId}/tableServices/default'
    namespace: 'Microsoft.Storage/storageAccounts/tableServices'
    metric: 'Transactions'
    aggregation: 'Total'
    threshold: 100
    dimensions: [
      {
        name: 'ResponseType'
        operator: 'Include'
        values: [
          'ClientThrottlingError'
          'ClientAccountRequestThrottlingError'
          'ClientAccountBandwidthThrottlingError'
          'ServerBusyError'
        ]
      }
    ]
  }
]

resource metricAlerts 'Microsoft.Insights/metricAlerts@2018-03-01' = [for item in metrics: {
  name: '${name}-${item.name}'
  location: 'global'
  properties: {
    description: item.description
    severity: item.severity
    enabled: true
    scopes: [
      item.scope
    ]
    evaluationFrequency: 'PT5M'
    windowSize: 'PT15M'
    criteria: {
      'odata.type': 'Microsoft.Azure.Monitor.SingleResourceMultipleMetricCriteria'
      allOf: [
        {
          name: item.name
          criterionType: 'StaticThresholdCriterion'
          metricNamespace: item.namespace
          metricName: item.metric
          operator: 'GreaterThan'
          threshold: item.threshold
          timeAggregation: item.aggregation
          dimensions: item.dimensions
        }
      ]
    }
    actions: [
      {
        actionGroupId: people.id
      }
    ]
  }
}]
