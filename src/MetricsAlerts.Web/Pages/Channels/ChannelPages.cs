using MetricsAlerts.Operations;
using MetricsAlerts.Rules;
using MetricsAlerts.Viewing;
using MetricsAlerts.Web.Pages.Framing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace MetricsAlerts.Web.Pages.Channels;

/// <summary>The channels: whether each works, what it took last, and a message to try it with.</summary>
internal static class ChannelPages
{
    private const string Address = "/channels";

    public static void Map(IEndpointRouteBuilder pages, IEndpointRouteBuilder forms, PageRenderer renderer)
    {
        pages.MapGet(Address, async (HttpContext http, ChannelReader channels, CancellationToken cancellation) =>
            await renderer.PageAsync<ChannelsPage, ChannelsModel>(
                http, "Channels", "Channels", new(await channels.ListAsync(cancellation))));
        forms.MapPost($"{Address}/{{name}}/test", async (
            string name, HttpContext http, ChannelTest test, RuleStore rules, CancellationToken cancellation) =>
            (await rules.GetAsync(cancellation)).Channels.TryGetValue(name, out var definition)
                ? Notice.Redirect(http, Address, await test.SendAsync(definition, cancellation))
                : await renderer.MissingAsync(http, $"There is no channel '{name}'."));
    }
}

/// <summary>What the page shows.</summary>
/// <param name="Channels">The channels.</param>
public sealed record ChannelsModel(IReadOnlyList<ChannelView> Channels);
