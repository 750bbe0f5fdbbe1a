using MetricsAlerts.Ticks;
using MetricsAlerts.Viewing.Explaining;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace MetricsAlerts.Viewing;

/// <summary>Registers what gathers what pages show.</summary>
internal static class ViewingServices
{
    /// <summary>In Azure the schedule is a flat setting: what wakes a sleeping app knows no sections.</summary>
    private const string FlatSchedule = "CollectionSchedule";

    public static IServiceCollection AddViewing(this IServiceCollection services, IConfiguration configuration)
    {
        services.TryAddSingleton(provider => new TickSchedule(
            configuration[FlatSchedule] is { Length: > 0 } flat
                ? flat
                : provider.GetRequiredService<IOptions<CollectionOptions>>().Value.Schedule));
        return services
            .AddSingleton<FleetReader>().AddSingleton<AlertStandings>().AddSingleton<AlertTimeline>().AddSingleton<TickStatus>()
            .AddSingleton<ChannelReader>().AddSingleton<RuleExplainer>();
    }
}
