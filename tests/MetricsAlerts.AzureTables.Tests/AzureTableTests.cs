using MetricsAlerts.Storage;
using MetricsAlerts.Testing.Contracts;

namespace MetricsAlerts.AzureTables.Tests;

public sealed class AzureTableTests(AzuriteFixture azurite) : TableContract
{
    protected override ITableStore Store { get; } = new AzureTableStore(azurite.Service);
}
