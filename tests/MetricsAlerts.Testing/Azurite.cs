using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;

namespace MetricsAlerts.Testing;

/// <summary>
/// The tables of a real Azurite on a free port, installed from npm at the version of the lock file when it is not there yet. It counts the
/// requests that it was asked, by its own log.
/// </summary>
public sealed partial class Azurite : IAsyncDisposable
{
    /// <summary>Published in Azurite's documentation: it opens nothing but an emulator.</summary>
    private const string DevelopmentKey = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";

    private static readonly TimeSpan StartTimeout = TimeSpan.FromMinutes(1);

    private readonly TemporaryFolder _folder = new();
    private readonly Process _process;
    private Task _reading = Task.CompletedTask;
    private int _requests;

    private Azurite(string home, int port)
    {
        string[] arguments =
        [
            Path.Combine(home, "node_modules", "azurite", "dist", "src", "table", "main.js"), "--tableHost", "127.0.0.1", "--tablePort",
            $"{port}", "--inMemoryPersistence", "--disableTelemetry", "--skipApiVersionCheck",
        ];
        ConnectionString = $"DefaultEndpointsProtocol=http;AccountName=devstoreaccount1;AccountKey={DevelopmentKey};"
            + $"TableEndpoint=http://127.0.0.1:{port}/devstoreaccount1;";
        _process = NodePackages.Start("node", arguments, _folder.Path);
    }

    /// <summary>With the well-known development account.</summary>
    public string ConnectionString { get; }

    /// <summary>Requests that were answered so far; a batch is one.</summary>
    public int Requests => Volatile.Read(ref _requests);

    /// <summary>Starts one, with nothing in it.</summary>
    public static async Task<Azurite> StartAsync()
    {
        var home = await NodePackages.InstallAsync("MetricsAlerts.AzureTables.Tests", "Azurite", CancellationToken.None);
        var azurite = new Azurite(home, FreePort());
        await azurite.WaitUntilListeningAsync();
        return azurite;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        await _reading;
        _process.Dispose();
        _folder.Dispose();
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private async Task WaitUntilListeningAsync()
    {
        using var timeout = new CancellationTokenSource(StartTimeout);
        while (await _process.StandardOutput.ReadLineAsync(timeout.Token) is { } line)
        {
            if (Listening().IsMatch(line))
            {
                // Whatever it writes must be read, so that it never blocks.
                _reading = Task.WhenAll(CountAsync(), _process.StandardError.ReadToEndAsync(CancellationToken.None));
                return;
            }
        }

        throw new InvalidOperationException(
            $"Azurite ended before it listened: {await _process.StandardError.ReadToEndAsync(timeout.Token)}");
    }

    private async Task CountAsync()
    {
        while (await _process.StandardOutput.ReadLineAsync(CancellationToken.None) is { } line)
        {
            if (Answered().IsMatch(line))
                Interlocked.Increment(ref _requests);
        }
    }

    [GeneratedRegex("successfully (started|listen)", RegexOptions.IgnoreCase)]
    private static partial Regex Listening();

    [GeneratedRegex("\"(GET|POST|PUT|PATCH|MERGE|DELETE) /")]
    private static partial Regex Answered();
}
