using System.Diagnostics;
using System.Text.Json;
using MetricsAlerts.Testing;

namespace EndToEnd.Tests;

/// <summary>
/// The command line as its own process, as a person runs it. Whatever it prints is searched for the secrets that it was given.
/// </summary>
internal sealed class DemoProcess : IDisposable
{
    /// <summary>What should end and does not, is ended: a test that hangs says nothing.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    private readonly Process _process;
    private readonly IReadOnlyList<string> _secrets;
    private readonly List<string> _lines = [];
    private readonly System.Collections.Concurrent.ConcurrentQueue<string> _leaks = new();
    private readonly Task _reading;
    private readonly System.Threading.Channels.Channel<string> _errorLines = System.Threading.Channels.Channel.CreateUnbounded<string>();
    private readonly System.Threading.Channels.Channel<string> _outputLines = System.Threading.Channels.Channel.CreateUnbounded<string>();
    private readonly Task<string> _errors;

    private DemoProcess(Process process, IReadOnlyList<string> secrets)
    {
        _process = process;
        _secrets = secrets;
        _reading = ReadAsync();
        _errors = ReadErrorsAsync();
    }

    /// <summary>Whole lines of stdout so far.</summary>
    public IReadOnlyList<string> Lines
    {
        get
        {
            lock (_lines)
                return [.. _lines];
        }
    }

    /// <summary>All of stderr, when the process has ended.</summary>
    public Task<string> Errors => _errors;

    public static DemoProcess Start(params string[] arguments) => Start([], arguments);

    public static DemoProcess Start((string Name, string Value)[] environment, params string[] arguments)
    {
        var configuration = new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;
        var program = Repository.File("src", "MetricsAlerts.Cli", "bin", configuration, "net10.0", "metrics-alerts.dll");
        var secrets = environment.Where(
            variable =>
                (variable.Name.StartsWith("Secrets__", StringComparison.Ordinal) || variable.Name == "DATAROBOT_API_TOKEN") &&
                    variable.Value.Length > 8)
            .Select(variable => variable.Value);
        return new(NodePackages.Start("dotnet", ["exec", program, .. arguments], Path.GetTempPath(), environment), [.. secrets]);
    }

    /// <summary>Runs to the end.</summary>
    public static Task<(int ExitCode, IReadOnlyList<string> Lines, string Errors)> RunAsync(params string[] arguments) =>
        RunAsync([], arguments);

    public static async Task<(int ExitCode, IReadOnlyList<string> Lines, string Errors)> RunAsync(
        (string Name, string Value)[] environment, params string[] arguments)
    {
        using var process = Start(environment, arguments);
        try
        {
            var exitCode = await process.WaitAsync().WaitAsync(Patience, TestContext.Current.CancellationToken);
            return (exitCode, process.Lines, await process._errors);
        }
        catch (TimeoutException)
        {
            await process.KillAsync();
            throw new InvalidOperationException(
                $"metrics-alerts {string.Join(' ', arguments)} did not end within {Patience}: {await process._errors}");
        }
    }

    /// <summary>Waits for a line on stderr and answers what matched.</summary>
    public async Task<string> ErrorMatchAsync(System.Text.RegularExpressions.Regex expected)
    {
        await foreach (var line in _errorLines.Reader.ReadAllAsync(TestContext.Current.CancellationToken))
        {
            if (expected.Match(line) is { Success: true } match)
                return match.Value;
        }

        throw new InvalidOperationException($"The process ended without a line like {expected}: {await _errors}");
    }

    /// <summary>The next line of stdout.</summary>
    public async Task<string> NextLineAsync() => await _outputLines.Reader.ReadAsync(TestContext.Current.CancellationToken);

    public async Task<int> WaitAsync()
    {
        await _process.WaitForExitAsync(TestContext.Current.CancellationToken);
        await _reading;
        await _errors;
        Assert.Empty(_leaks);
        return _process.ExitCode;
    }

    /// <summary>Ends it without any chance to tidy up; false when it had ended by itself.</summary>
    public async Task<bool> KillAsync()
    {
        var killed = !_process.HasExited;
        if (killed)
            _process.Kill();
        await WaitAsync();
        return killed && _process.ExitCode != 0;
    }

    /// <summary>Asks it to stop, as a service manager does; then it has to be waited for.</summary>
    public async Task TerminateAsync()
    {
        using var kill = Process.Start("kill", ["-TERM", $"{_process.Id}"]);
        await kill.WaitForExitAsync(TestContext.Current.CancellationToken);
    }

    public void Dispose() => _process.Dispose();

    public static JsonElement Parse(string line) => JsonDocument.Parse(line).RootElement;

    private async Task<string> ReadErrorsAsync()
    {
        var whole = new System.Text.StringBuilder();
        while (await _process.StandardError.ReadLineAsync() is { } line)
        {
            Search(line);
            whole.AppendLine(line);
            _errorLines.Writer.TryWrite(line);
        }

        _errorLines.Writer.Complete();
        return whole.ToString();
    }

    private void Search(string line)
    {
        if (_secrets.Any(secret => line.Contains(secret, StringComparison.Ordinal)))
            _leaks.Enqueue(line);
    }

    private async Task ReadAsync()
    {
        while (await _process.StandardOutput.ReadLineAsync() is { } line)
        {
            Search(line);
            lock (_lines)
                _lines.Add(line);
            _outputLines.Writer.TryWrite(line);
        }

        _outputLines.Writer.Complete();
    }
}
