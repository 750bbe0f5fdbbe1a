using Microsoft.AspNetCore.Components;

namespace MetricsAlerts.Web.Pages.Framing;

/// <summary>A page: its frame, and what it shows.</summary>
/// <typeparam name="TModel">What it shows.</typeparam>
public abstract class Page<TModel> : ComponentBase
    where TModel : class
{
    /// <summary>What is around it.</summary>
    [Parameter, EditorRequired]
    public PageFrame Frame { get; set; } = null!;

    /// <summary>What it shows.</summary>
    [Parameter, EditorRequired]
    public TModel Model { get; set; } = null!;
}
