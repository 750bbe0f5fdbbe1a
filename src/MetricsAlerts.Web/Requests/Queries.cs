using System.ComponentModel;
using Microsoft.AspNetCore.Mvc;

namespace MetricsAlerts.Web.Requests;

/// <summary>Which alerts are asked for.</summary>
internal sealed record AlertQuery
{
    [FromQuery(Name = "status"), Description("open (default), pending, closed or all.")]
    public string? Status { get; init; }

    [FromQuery(Name = "deployment"), Description("The deployment's id or label, or a glob such as credit-*.")]
    public string? Deployment { get; init; }

    [FromQuery(Name = "rule"), Description("The rule's name, or a glob.")]
    public string? Rule { get; init; }

    [FromQuery(Name = "channel"), Description("A channel that the alert goes to, or a glob.")]
    public string? Channel { get; init; }

    [FromQuery(Name = "since"), Description("What changed since then: a time, or a duration such as 7d, which is so long ago.")]
    public string? Since { get; init; }

    [FromQuery(Name = "limit"), Description(Paging.LimitText)]
    public string? Limit { get; init; }

    [FromQuery(Name = "after"), Description(Paging.AfterText)]
    public string? After { get; init; }
}

/// <summary>Which part of the history is asked for.</summary>
internal sealed record HistoryQuery
{
    [FromQuery(Name = "since"), Description("What happened since then: a time, or a duration such as 7d, which is so long ago (default).")]
    public string? Since { get; init; }

    [FromQuery(Name = "until"), Description("What happened before: a time, or a duration. Default: now.")]
    public string? Until { get; init; }

    [FromQuery(Name = "deployment"), Description("The deployment's id or label, or a glob such as credit-*.")]
    public string? Deployment { get; init; }

    [FromQuery(Name = "rule"), Description("The rule's name, or a glob.")]
    public string? Rule { get; init; }

    [FromQuery(Name = "channel"), Description("Messages to this channel only, or a glob.")]
    public string? Channel { get; init; }

    [FromQuery(Name = "limit"), Description(Paging.LimitText)]
    public string? Limit { get; init; }

    [FromQuery(Name = "after"), Description(Paging.AfterText)]
    public string? After { get; init; }
}

/// <summary>Which part of a list is asked for.</summary>
internal sealed record PageQuery
{
    [FromQuery(Name = "limit"), Description(Paging.LimitText)]
    public string? Limit { get; init; }

    [FromQuery(Name = "after"), Description(Paging.AfterText)]
    public string? After { get; init; }
}

/// <summary>What is to be explained.</summary>
internal sealed record ExplainParameters
{
    [FromQuery(Name = "rule"), Description("The rule's name.")]
    public string? Rule { get; init; }

    [FromQuery(Name = "deployment"), Description("The deployment's id or label.")]
    public string? Deployment { get; init; }

    [FromQuery(Name = "instance"), Description("The only instance. Default: every one that the rule is for.")]
    public string? Instance { get; init; }

    [FromQuery(Name = "metric"), Description("The only metric. Default: every one that the rule is for.")]
    public string? Metric { get; init; }

    [FromQuery(Name = "at"), Description("As it was then: a time, or a duration such as 2d, which is so long ago. Default: now.")]
    public string? At { get; init; }

    [FromQuery(Name = "windows"), Description("Of each series the newest windows, 1 to 1000. Default: 24.")]
    public string? Windows { get; init; }
}
