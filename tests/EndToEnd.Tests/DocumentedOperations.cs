using System.Globalization;
using System.Text.RegularExpressions;
using MetricsAlerts.Testing;

namespace EndToEnd.Tests;

/// <summary>What docs/deploy.md says that a thousand windows cost, and the cost table reckons with.</summary>
internal static partial class DocumentedOperations
{
    /// <summary>How far a run may be from what is written: which messages share a session differs from run to run.</summary>
    private const double Tolerance = 0.05;

    /// <summary>Compares what was counted.</summary>
    /// <param name="messages">Queue messages per 1,000 windows.</param>
    /// <param name="requests">Table requests per 1,000 windows.</param>
    /// <param name="perDeployment">Table requests for a deployment in which something changed.</param>
    public static void Compare(double messages, double requests, double perDeployment)
    {
        var found = Sentence().Match(File.ReadAllText(Repository.File("docs", "deploy.md")));
        Assert.True(found.Success, "docs/deploy.md does not say what was counted.");
        AssertNear(messages, Number(1), Number(2));
        AssertNear(requests, Number(3), Number(4));
        AssertNear(perDeployment, Number(5) - 0.5, Number(5) + 0.5);

        double Number(int group) => double.Parse(found.Groups[group].Value, CultureInfo.InvariantCulture);
    }

    private static void AssertNear(double counted, double from, double to) =>
        Assert.InRange(counted, from * (1 - Tolerance), to * (1 + Tolerance));

    [GeneratedRegex(@"([\d.]+) to ([\d.]+) queue messages and (\d+) to (\d+) table requests per 1,000 windows, (\d+) for a deployment")]
    private static partial Regex Sentence();
}
