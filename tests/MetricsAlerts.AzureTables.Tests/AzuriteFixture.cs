using Azure.Data.Tables;
using MetricsAlerts.Testing;

[assembly: AssemblyFixture(typeof(MetricsAlerts.AzureTables.Tests.AzuriteFixture))]

namespace MetricsAlerts.AzureTables.Tests;

/// <summary>A real Azurite for all tests.</summary>
public sealed class AzuriteFixture : IAsyncLifetime
{
    private Azurite _azurite = null!;

    /// <summary>A client of it.</summary>
    public TableServiceClient Service { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        _azurite = await Azurite.StartAsync();
        Service = new(_azurite.ConnectionString);
    }

    /// <summary>Another client of it.</summary>
    public TableServiceClient Client(TableClientOptions options) => new(_azurite.ConnectionString, options);

    public ValueTask DisposeAsync() => _azurite.DisposeAsync();
}
