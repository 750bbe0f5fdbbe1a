using MetricsAlerts.Testing;

namespace EndToEnd.Tests;

public sealed class KilledProcessTests
{
    private const int Kills = 20;

    private static readonly (string Name, string Value)[] Signing = [("Secrets__chat_signing", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")];

    private const string Scenario =
        """
        start: 2026-01-05T00:00:00Z
        duration: 12d
        seed: 3
        deployments:
          - label: credit-risk
            hosts: [10.20.0.11, 10.20.0.12]
            rowsPerHour: 80
            accuracy: 0.97
            actualsDelay: 30m
            troubles:
              - { kind: decay, from: 2d, to: 3d, accuracy: 0.4 }
              - { kind: decay, from: 5d, to: 6d, accuracy: 0.4 }
              - { kind: slow, host: 10.20.0.11, from: 7d, to: 8d, responseTime: 900 }
              - { kind: decay, from: 9d, to: 10d, accuracy: 0.4 }
        """;

    private const string Rules =
        """
        rules:
          - { name: floor, metric: Accuracy, instances: each, when: { below: 0.7 }, for: 2 windows, recoverAfter: 2 windows, minSamples: 35,
              notify: [chat] }
          - { name: slow, metric: responseTime, instances: each, when: { above: 300 }, for: 2 windows, notify: [chat] }
        channels:
          - { name: chat, type: webhook, url: "secret:chat", key: "secret:chat-signing" }
        """;

    [Fact]
    public async Task Killed_at_any_moment_it_loses_nothing_and_repeats_nothing()
    {
        var cancellation = TestContext.Current.CancellationToken;
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(folder.File("scenario.yaml"), Scenario, cancellation);
        await File.WriteAllTextAsync(folder.File("rules.yaml"), Rules, cancellation);
        await using var undisturbedChat = await ChatServer.StartAsync(cancellation);
        var started = TimeProvider.System.GetTimestamp();
        var (exitCode, expected, errors) = await DemoProcess.RunAsync(Signing, Arguments(folder, "undisturbed.db", undisturbedChat));
        var length = TimeProvider.System.GetElapsedTime(started);
        Assert.True(exitCode == 0, errors);
        Assert.True(expected.Count >= 16, $"The story has only {expected.Count} changes.");

        await using var chat = await ChatServer.StartAsync(cancellation);
        var random = new Random(20260105);
        var printed = new List<string>();
        var kills = 0;
        while (kills < Kills)
        {
            using var process = DemoProcess.Start(Signing, Arguments(folder, "killed.db", chat));
            // Some kills hit the start, most the work: a restart takes a good part of the whole run.
            await Task.Delay(length * (0.2 + (0.25 * random.NextDouble())), cancellation);
            await process.KillAsync();
            printed.AddRange(process.Lines);
            kills++;
        }

        var (lastExitCode, lastLines, lastErrors) = await DemoProcess.RunAsync(Signing, Arguments(folder, "killed.db", chat));
        Assert.True(lastExitCode == 0, lastErrors);
        printed.AddRange(lastLines.Where(line => line.Length > 0));

        var whole = printed.Where(line => line.EndsWith('}')).ToList();

        // What a crash held up is told with the newest evidence: the same change of the same alert, perhaps a window later.
        Assert.Equal(
            expected.Select(ChangeOf).Order(StringComparer.Ordinal),
            whole.Select(ChangeOf).Distinct().Order(StringComparer.Ordinal));
        Assert.Equal(
            undisturbedChat.Changes.Select(WordOf).Order(StringComparer.Ordinal),
            chat.Changes.DistinctBy(change => (change.MessageId, WordOf(change))).Select(WordOf).Order(StringComparer.Ordinal));

        // A change can come twice only where the chat took it and the process died before it had noted that: then the second
        // message says so.
        var repeated = chat.Changes.GroupBy(change => change.Said).Where(group => group.Count() > 1).ToList();
        Assert.All(repeated, group => Assert.Single(group.DistinctBy(change => change.MessageId)));
        Assert.All(repeated, group => Assert.All(group.Skip(1), change => Assert.True(change.Attempt > 1)));
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{Kills} kills, {expected.Count} changes, {repeated.Count} of them said twice in the documented gap.");
    }

    private static string[] Arguments(TemporaryFolder folder, string data, ChatServer chat) =>
        [
            "demo",
            "--until-idle",
            "--output",
            "json",
            "--scenario",
            folder.File("scenario.yaml"),
            "--rules",
            folder.File("rules.yaml"),
            "--data",
            folder.File(data),
            "--chat",
            chat.Address.ToString(),
            "--poll",
            "1h"
        ];

    /// <summary>Which change of which episode of which alert a printed line tells.</summary>
    private static string ChangeOf(string line)
    {
        using var json = System.Text.Json.JsonDocument.Parse(line);
        string[] names = ["rule", "deployment", "instance", "metric", "change", "severity", "since"];
        return string.Join(' ', names.Select(name => json.RootElement.GetProperty(name).ToString()));
    }

    /// <summary>What was said, whatever the window was of which it was said.</summary>
    private static string WordOf(ReceivedChange change) => change.Said[..change.Said.LastIndexOf(' ')];
}
