using System.Net;
using System.Net.Sockets;
using System.Text;

namespace MetricsAlerts.Channels.Tests;

/// <summary>
/// A mail server on loopback, as much of RFC 5321 as one client needs; it answers RCPT as the test says, and hangs up at a command
/// without a word.
/// </summary>
internal sealed class SmtpServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _serving;
    private readonly string? _hangsUpAt;

    public SmtpServer(string recipientAnswer = "250 OK", string? hangsUpAt = null)
    {
        _hangsUpAt = hangsUpAt;
        _listener.Start();
        _serving = ServeAsync(recipientAnswer);
    }

    public Uri Address => new($"smtp://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}");

    public List<string> Commands { get; } = [];

    public List<string> Messages { get; } = [];

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _serving.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
        _listener.Dispose();
    }

    private async Task ServeAsync(string recipientAnswer)
    {
        while (true)
        {
            using var client = await _listener.AcceptTcpClientAsync(_stop.Token);
            using var reader = new StreamReader(client.GetStream(), Encoding.UTF8);
            await using var writer = new StreamWriter(client.GetStream(), new UTF8Encoding(false)) { NewLine = "\r\n", AutoFlush = true };
            await writer.WriteLineAsync("220 test ESMTP");
            while (await reader.ReadLineAsync(_stop.Token) is { } command && await AnswerAsync(command, recipientAnswer, reader, writer))
                Commands.Add(command);
        }
    }

    private async Task<bool> AnswerAsync(string command, string recipientAnswer, StreamReader reader, StreamWriter writer)
    {
        switch (command.Split(' ', ':')[0].ToUpperInvariant())
        {
            case "DATA":
                await writer.WriteLineAsync("354 go on");
                var message = new StringBuilder();
                while (await reader.ReadLineAsync(_stop.Token) is { } line && line != ".")
                    message.AppendLine(line.StartsWith("..", StringComparison.Ordinal) ? line[1..] : line);
                Messages.Add(message.ToString());
                if (_hangsUpAt == "DATA")
                    return false;
                await writer.WriteLineAsync("250 taken");
                return true;
            case "RCPT":
                await writer.WriteLineAsync(recipientAnswer);
                return true;
            case "QUIT" when _hangsUpAt == "QUIT":
                return false;
            case "QUIT":
                await writer.WriteLineAsync("221 bye");
                return false;
            default:
                await writer.WriteLineAsync("250 OK");
                return true;
        }
    }
}
