using './main.bicep'

param name = 'metrics'
param dataRobotEndpoint = 'https://app.datarobot.com/api/v2'
param channelSecrets = [
  'credit-team-webhook'
]
