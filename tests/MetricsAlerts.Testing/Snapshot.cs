using System.Runtime.CompilerServices;
using Xunit;

namespace MetricsAlerts.Testing;

/// <summary>
/// Compares a text with the accepted one in <c>Snapshots/NAME</c> beside the test. On a difference the new text is written as
/// <c>NAME.received</c>; set <c>ACCEPT_SNAPSHOTS=1</c> to accept.
/// </summary>
public static class Snapshot
{
    /// <summary>Compares.</summary>
    public static void Verify(string received, string name, [CallerFilePath] string testFile = "")
    {
        var accepted = Path.Combine(Path.GetDirectoryName(testFile)!, "Snapshots", name);
        var text = received.ReplaceLineEndings("\n").TrimEnd('\n') + "\n";
        if (Environment.GetEnvironmentVariable("ACCEPT_SNAPSHOTS") == "1")
        {
            Directory.CreateDirectory(Path.GetDirectoryName(accepted)!);
            File.WriteAllText(accepted, text);
            return;
        }

        Assert.True(File.Exists(accepted), $"There is no accepted snapshot {accepted}; run with ACCEPT_SNAPSHOTS=1 to make it.");
        var expected = File.ReadAllText(accepted).ReplaceLineEndings("\n");
        if (expected != text)
            File.WriteAllText(Path.ChangeExtension(accepted, ".received" + Path.GetExtension(accepted)), text);
        Assert.Equal(expected, text);
    }
}
