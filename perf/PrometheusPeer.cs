using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Benchmarks;

/// <summary>
/// Prometheus scraping the same series over loopback and evaluating the same threshold rules, one in a hundred values breaching.
/// </summary>
internal static class PrometheusPeer
{
    private const string Program = "prometheus";
    private const int Evaluations = 5;

    public static async Task RunAsync(int instances, int metrics)
    {
        if (!File.Exists($"/usr/bin/{Program}"))
        {
            Console.WriteLine($"Prometheus is not installed (apt-get install {Program}): no peer figure.");
            return;
        }

        var exposition = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(0, instances * metrics).Select(series =>
            $"model_metric{{deployment=\"d{series / metrics}\",instance=\"all\",metric=\"m{series % metrics}\"}} " +
            $"{(series % 100 == 0 ? "0.5" : "0.9")}\n")));
        await using var source = await ServeAsync(exposition);
        var folder = Directory.CreateTempSubdirectory("prometheus-benchmark-");
        await ConfigureAsync(
            folder.FullName,
            new Uri(source.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First()),
            metrics);
        using var process = Process.Start(new ProcessStartInfo(
            Program,
            [
                $"--config.file={folder.FullName}/prometheus.yml",
                $"--storage.tsdb.path={folder.FullName}/data",
                "--web.listen-address=127.0.0.1:19090"
            ])
        { RedirectStandardError = true, RedirectStandardOutput = true })!;
        process.BeginErrorReadLine();
        process.BeginOutputReadLine();
        try
        {
            var durations = await DurationsAsync();
            process.Refresh();
            var median = durations.Order().ElementAt(durations.Count / 2);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Prometheus       {instances * metrics,12:N0} series  " +
                $"{median,7:0.00} s {instances * metrics / median,10:N0} series/s, {process.WorkingSet64 / 1048576.0:0} MiB resident"));
        }
        finally
        {
            process.Kill();
            await process.WaitForExitAsync();
            folder.Delete(recursive: true);
        }
    }

    private static async Task<WebApplication> ServeAsync(byte[] exposition)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var application = builder.Build();
        application.MapGet("/metrics", () => Results.Bytes(exposition, "text/plain; version=0.0.4"));
        await application.StartAsync();
        return application;
    }

    private static async Task ConfigureAsync(string folder, Uri target, int metrics)
    {
        var rules = string
            .Concat(Enumerable.Range(0, metrics).Select(metric => $"  - {{ alert: Low{metric}, expr: " +
                $"'model_metric{{metric=\"m{metric}\"}} < 0.85', for: 10s }}\n"));
        await File.WriteAllTextAsync(Path.Combine(folder, "rules.yml"), $"groups:\n- name: g\n  interval: 10s\n  rules:\n{rules}");
        await File.WriteAllTextAsync(
            Path.Combine(folder, "prometheus.yml"),
            $$"""
            global: { scrape_interval: 10s, scrape_timeout: 9s, evaluation_interval: 10s }
            rule_files: ["{{folder}}/rules.yml"]
            scrape_configs: [{ job_name: s, static_configs: [{ targets: ["{{target.Authority}}"] }] }]
            """);
    }

    /// <summary>
    /// How long the evaluations took, those left out that came before all series were breaching for long enough to alert.
    /// </summary>
    private static async Task<List<double>> DurationsAsync()
    {
        using var http = new HttpClient { BaseAddress = new Uri("http://127.0.0.1:19090/") };
        var durations = new List<double>();
        var last = 0.0;
        var seen = 0;
        while (durations.Count < Evaluations)
        {
            await Task.Delay(TimeSpan.FromSeconds(1));
            var (at, duration) = await LastAsync(http);
            if (at == last)
                continue;
            last = at;
            if (++seen > 3)
                durations.Add(duration);
        }

        return durations;
    }

    private static async Task<(double At, double Duration)> LastAsync(HttpClient http)
    {
        try
        {
            var lines = (await http.GetStringAsync(new Uri("metrics", UriKind.Relative))).Split('\n');
            return (
                Value(lines, "prometheus_rule_group_last_evaluation_timestamp_seconds{"),
                Value(lines, "prometheus_rule_group_last_duration_seconds{"));
        }
        catch (HttpRequestException)
        {
            return default; // it is starting
        }
    }

    private static double Value(string[] lines, string name) =>
        lines.FirstOrDefault(line => line.StartsWith(name, StringComparison.Ordinal)) is { } line
            ? double.Parse(line[line.LastIndexOf(' ')..], CultureInfo.InvariantCulture)
            : 0;
}
