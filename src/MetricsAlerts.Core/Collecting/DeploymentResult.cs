namespace MetricsAlerts.Collecting;

/// <summary>What was collected of one deployment.</summary>
internal sealed class DeploymentResult
{
    private readonly List<string> _failures = [];
    private readonly List<string> _notes = [];

    /// <summary>Whether any rule is for the deployment.</summary>
    public bool IsWatched { get; set; }

    public int Series { get; set; }

    public int Windows { get; set; }

    public int Requests { get; set; }

    /// <summary>What could not be read, each reason once.</summary>
    public IReadOnlyList<string> Failures => _failures;

    /// <summary>What the deployment lacks, each thing once.</summary>
    public IReadOnlyList<string> Notes => _notes;

    public void Fail(string reason)
    {
        if (!_failures.Contains(reason))
            _failures.Add(reason);
    }

    public void Note(string text)
    {
        if (!_notes.Contains(text))
            _notes.Add(text);
    }
}
