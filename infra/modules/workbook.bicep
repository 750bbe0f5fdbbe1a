param name string
param location string
param insightsId string

var charts = [
  {
    title: 'Windows and alerts'
    query: loadTextContent('../queries/windows.kql')
    visualization: 'timechart'
  }
  {
    title: 'How long messages wait (s)'
    query: loadTextContent('../queries/lag.kql')
    visualization: 'timechart'
  }
  {
    title: 'Deliveries by channel and outcome'
    query: loadTextContent('../queries/notifications.kql')
    visualization: 'timechart'
  }
  {
    title: 'Deployments that could not be collected'
    query: loadTextContent('../queries/failures.kql')
    visualization: 'timechart'
  }
  {
    title: 'Dead letters'
    query: loadTextContent('../queries/dead-letters.kql')
    visualization: 'timechart'
  }
  {
    title: 'What each tick did'
    query: loadTextContent('../queries/ticks.kql')
    visualization: 'table'
  }
  {
    title: 'Deployments that cannot be collected, and why'
    query: loadTextContent('../queries/not-collected.kql')
    visualization: 'table'
  }
  {
    title: 'Messages that failed, and why'
    query: loadTextContent('../queries/given-back.kql')
    visualization: 'table'
  }
  {
    title: 'One window from collection to chat'
    query: loadTextContent('../queries/one-window.kql')
    visualization: 'table'
  }
]
var items = [for chart in charts: {
  type: 3
  name: chart.title
  content: {
    version: 'KqlItem/1.0'
    title: chart.title
    query: chart.query
    size: 0
    queryType: 0
    resourceType: 'microsoft.insights/components'
    visualization: chart.visualization
    timeContext: {
      durationMs: 86400000
    }
  }
}]

resource workbook 'Microsoft.Insights/workbooks@2023-06-01' = {
  name: name
  location: location
  kind: 'shared'
  properties: {
    displayName: 'MetricsAlerts'
    category: 'workbook'
    sourceId: insightsId
    version: 'Notebook/1.0'
    serializedData: string({
      version: 'Notebook/1.0'
      items: items
      '$schema': 'https://github.com/Microsoft/Application-Insights-Workbooks/blob/master/schema/workbook.json'
    })
  }
}
