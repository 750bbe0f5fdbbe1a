namespace MetricsAlerts.Rules;

/// <summary>A way to tell people.</summary>
/// <param name="Name">Unique among channels.</param>
/// <param name="Type">See <see cref="Types"/>.</param>
/// <param name="Url"><c>secret:NAME</c>, or a URL in clear text for loopback and mail servers only; empty where the type has an address of its own.</param>
public sealed record ChannelDefinition(string Name, string Type, string Url)
{
    /// <summary>Every type of channel.</summary>
    public static IReadOnlyList<string> Types { get; } = ["teams", "email", "slack", "pagerduty", "webhook", "alertmanager", "console"];

    /// <summary>
    /// How often an open alert is sent again, because the receiver forgets what it does not hear of; null where it remembers.
    /// </summary>
    public TimeSpan? RepeatEvery => Type == "alertmanager" ? TimeSpan.FromMinutes(5) : null;

    /// <summary>The formats of an email channel.</summary>
    public static IReadOnlyList<string> Formats { get; } = ["logic-app", "sendgrid", "smtp"];

    /// <summary>How an email channel sends: <c>logic-app</c> (a workflow that takes JSON), <c>sendgrid</c> or <c>smtp</c>.</summary>
    public string Format { get; init; } = "logic-app";

    /// <summary>Recipients of an email channel.</summary>
    public IReadOnlyList<string> To { get; init; } = [];

    /// <summary>Sender of an email channel; needed for sendgrid and smtp.</summary>
    public string? From { get; init; }

    /// <summary>User of a mail server.</summary>
    public string? User { get; init; }

    /// <summary><c>secret:NAME</c> of what the channel authenticates with: SendGrid's API key, a mail server's password, PagerDuty's routing key, a webhook's signing secret, an Alertmanager's bearer token.</summary>
    public string? Key { get; init; }

    /// <summary>People to mention when something is critical: user principal names for Teams, member ids for Slack.</summary>
    public IReadOnlyList<string> Mention { get; init; } = [];

    /// <summary>The channel that is told when this one fails for good.</summary>
    public string? Fallback { get; init; }
}
