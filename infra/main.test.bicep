metadata description = 'Every combination of what main.bicep lets one switch on and off. A test works out what each of them would make; nobody deploys it.'

param location string = resourceGroup().location

// Bit 0: isolated network, 1: zones, 2: operators are mailed, 3: people sign in, 4: channel secrets.
var combinations = range(0, 32)

module combination 'main.bicep' = [for bits in combinations: {
  name: 'combination-${bits}'
  params: {
    name: 'no${bits}x'
    location: location
    dataRobotEndpoint: 'https://app.datarobot.com/api/v2'
    isolateNetwork: bits % 2 == 1
    zoneRedundant: bits / 2 % 2 == 1
    operatorEmail: bits / 4 % 2 == 1 ? 'operators@example.com' : ''
    entraClientId: bits / 8 % 2 == 1 ? '00000000-0000-0000-0000-000000000003' : ''
    channelSecrets: bits / 16 % 2 == 1 ? ['credit-team-webhook', 'mail'] : []
  }
}]
