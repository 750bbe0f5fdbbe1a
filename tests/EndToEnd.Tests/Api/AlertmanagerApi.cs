namespace EndToEnd.Tests.Api;

/// <summary>An API with two open alerts, for Alertmanager's clients.</summary>
internal static class AlertmanagerApi
{
    private const string Rules =
        """
        rules:
          - { name: floor, metric: Accuracy, when: { below: 0.85 }, notify: [out], description: Too low,
              labels: { team: credit-team, cost-centre: "12" } }
          - { name: deep, metric: Accuracy, when: { below: 0.1 }, notify: [out] }
        channels: [{ name: out, type: console }, { name: all, type: console }]
        routes: [{ match: { rule: "*" }, notify: [all], groupBy: [rule] }]
        maintenance: [{ name: never, match: { rule: nothing }, days: [mon-fri], from: "22:00", to: "06:00" }]
        """;

    public static async Task<ApiHost> StartAsync(params (string Key, string Value)[] settings)
    {
        var host = await ApiHost.StartAsync(settings: settings);
        await host.ApplyAsync(Rules);
        await host.ReadAsync("d1", 0.7, 0, "credit-risk");
        await host.ReadAsync("d2", 0.6, 0, "churn");
        return host;
    }
}
