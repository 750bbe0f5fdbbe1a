using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using Azure.Data.Tables;
using MetricsAlerts.Testing;

[assembly: AssemblyFixture(typeof(MetricsAlerts.AzureTables.Tests.AzuriteFixture))]

namespace MetricsAlerts.AzureTables.Tests;

/// <summary>A real Azurite on a free port, installed from npm at the version of the lock file when it is not there yet.</summary>
public sealed partial class AzuriteFixture : IAsyncLifetime
{
    private static readonly TimeSpan StartTimeout = TimeSpan.FromMinutes(1);

    private readonly TemporaryFolder _folder = new();
    private Process? _process;
    private string _connection = "";

    /// <summary>A client of it, with the well-known development account.</summary>
    public TableServiceClient Service { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        var home = await NodePackages.InstallAsync("MetricsAlerts.AzureTables.Tests", "Azurite", CancellationToken.None);
        var port = FreePort();
        var script = Path.Combine(home, "node_modules", "azurite", "dist", "src", "table", "main.js");
        string[] arguments =
        [
            script, "--tableHost", "127.0.0.1", "--tablePort", $"{port}",
            "--inMemoryPersistence", "--disableTelemetry", "--skipApiVersionCheck",
        ];
        _process = NodePackages.Start("node", arguments, _folder.Path);
        await WaitUntilListeningAsync(_process);
        _connection = $"DefaultEndpointsProtocol=http;AccountName=devstoreaccount1;AccountKey={DevelopmentKey};"
            + $"TableEndpoint=http://127.0.0.1:{port}/devstoreaccount1;";
        Service = new(_connection);
    }

    /// <summary>Another client of it.</summary>
    public TableServiceClient Client(TableClientOptions options) => new(_connection, options);

    public async ValueTask DisposeAsync()
    {
        if (_process is { } process)
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync();
            process.Dispose();
        }

        _folder.Dispose();
    }

    /// <summary>Published in Azurite's documentation: it opens nothing but an emulator.</summary>
    private const string DevelopmentKey = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";

    private static async Task WaitUntilListeningAsync(Process process)
    {
        using var timeout = new CancellationTokenSource(StartTimeout);
        while (await process.StandardOutput.ReadLineAsync(timeout.Token) is { } line)
        {
            if (Listening().IsMatch(line))
            {
                // Whatever else it writes is of no interest, but must be read so that it never blocks.
                _ = process.StandardOutput.ReadToEndAsync(CancellationToken.None);
                _ = process.StandardError.ReadToEndAsync(CancellationToken.None);
                return;
            }
        }

        throw new InvalidOperationException(
            $"Azurite ended before it listened: {await process.StandardError.ReadToEndAsync(timeout.Token)}");
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    [GeneratedRegex("successfully (started|listen)", RegexOptions.IgnoreCase)]
    private static partial Regex Listening();
}
