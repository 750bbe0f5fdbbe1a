using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using MetricsAlerts.Alerts;
using MetricsAlerts.Notifying;
using MetricsAlerts.Rules;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace MetricsAlerts.Channels.Tests;

/// <summary>Channels against a real receiver: what arrives, and what its answers mean.</summary>
public sealed class WebhookDeliveryTests
{
    private const string SigningSecret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(200, null, "Delivered")]
    [InlineData(202, null, "Delivered")]
    [InlineData(429, "420", "Deferred")]
    [InlineData(503, "7", "Deferred")]
    [InlineData(500, null, "Deferred")]
    [InlineData(408, null, "Deferred")]
    [InlineData(401, null, "Refused")]
    [InlineData(403, null, "Refused")]
    [InlineData(404, null, "Refused")]
    [InlineData(410, null, "Refused")]
    [InlineData(302, null, "Refused")]
    public async Task An_answer_says_whether_to_come_again(int status, string? retryAfter, string expected)
    {
        await using var sink = await WebhookSink.StartAsync(Cancellation);
        sink.Script = context =>
        {
            context.Response.StatusCode = status;
            context.Response.Headers.Location = "http://169.254.169.254/";
            if (retryAfter is not null)
                context.Response.Headers.RetryAfter = retryAfter;
            return Task.CompletedTask;
        };

        var result = await DeliverAsync(new("c", "teams", "secret:hook"), sink.Address.ToString());

        Assert.Equal(expected, result.GetType().Name);
        Assert.DoesNotContain("topsecret", result.ToString(), StringComparison.Ordinal);
        if (retryAfter is not null)
            Assert.Equal(
                TimeSpan.FromSeconds(int.Parse(retryAfter, System.Globalization.CultureInfo.InvariantCulture)),
                ((DeliveryResult.Deferred)result).RetryAfter);
    }

    // R22, R23
    [Theory]
    [InlineData("Retry-After", "999999999", 3600)]
    [InlineData("Retry-After", "99999999999999999999", 3600)]
    [InlineData("Retry-After", "Fri, 31 Dec 9999 23:59:59 GMT", 3600)]
    [InlineData("Retry-After", "Mon, 05 Jan 2026 00:02:00 GMT", 120)]
    [InlineData("Retry-After", "Sat, 01 Jan 2000 00:00:00 GMT", null)]
    [InlineData("Retry-After", "-5", null)]
    [InlineData("Retry-After", "soon", null)]
    [InlineData("Retry-After", "0", 0)]
    [InlineData("X-RateLimit-Reset", "1767571260", 60)]
    [InlineData("X-RateLimit-Reset", "99999999999999999", 3600)]
    [InlineData("X-RateLimit-Reset", "-99999999999999999", null)]
    [InlineData("X-RateLimit-Reset", "1", null)]
    public async Task A_channel_that_asks_for_an_absurd_wait_is_asked_again_within_the_hour(string header, string value, int? seconds)
    {
        await using var sink = await WebhookSink.StartAsync(Cancellation, sendsDate: false);
        sink.Script = context =>
        {
            context.Response.StatusCode = 429;
            context.Response.Headers[header] = value;
            return Task.CompletedTask;
        };

        var time = new FakeTimeProvider(new(2026, 1, 5, 0, 0, 0, TimeSpan.Zero));
        var result = Assert.IsType<DeliveryResult.Deferred>(
            await DeliverAsync(new("c", "teams", "secret:hook"), sink.Address.ToString(), time: time));

        Assert.Equal(seconds is { } wait ? TimeSpan.FromSeconds(wait) : null, result.RetryAfter);
    }

    [Theory]
    [InlineData("reset", true)]
    [InlineData("slow", true)]
    [InlineData("502", true)]
    [InlineData("504", true)]
    [InlineData("500", false)]
    [InlineData("503", false)]
    [InlineData("429", false)]
    [InlineData("408", false)]
    [InlineData("502 503", true)]
    [InlineData("reset 503", true)]
    public async Task A_message_may_have_arrived_when_it_was_sent_and_nobody_said_what_became_of_it(string answers, bool mayHaveArrived)
    {
        await using var sink = await WebhookSink.StartAsync(Cancellation);
        var script = answers.Split(' ');
        var request = 0;
        sink.Script = async context =>
        {
            var answer = script[Math.Min(request++, script.Length - 1)];
            if (answer == "reset")
                context.Abort();
            else if (answer == "slow")
                await Task.Delay(TimeSpan.FromSeconds(30), context.RequestAborted);
            else
                context.Response.StatusCode = int.Parse(answer, System.Globalization.CultureInfo.InvariantCulture);
        };

        var result = await DeliverAsync(new("c", "teams", "secret:hook"), sink.Address.ToString(), timeout: "00:00:01");

        Assert.Equal(mayHaveArrived, Assert.IsType<DeliveryResult.Deferred>(result).MayHaveArrived);
    }

    [Theory]
    [InlineData("http://127.0.0.1:1/hook")]
    [InlineData("https://no-such-host.invalid/hook")]
    public async Task A_message_cannot_have_arrived_where_nobody_was_reached(string address) =>
        Assert.False(Assert.IsType<DeliveryResult.Deferred>(await DeliverAsync(new("c", "teams", "secret:hook"), address)).MayHaveArrived);

    [Fact]
    public async Task A_reset_connection_and_one_that_is_refused_are_tried_again_later()
    {
        await using var sink = await WebhookSink.StartAsync(Cancellation);
        sink.Script = context =>
        {
            context.Abort();
            return Task.CompletedTask;
        };
        var address = sink.Address.ToString();
        Assert.IsType<DeliveryResult.Deferred>(await DeliverAsync(new("c", "teams", "secret:hook"), address));
        await sink.DisposeAsync();
        Assert.IsType<DeliveryResult.Deferred>(await DeliverAsync(new("c", "teams", "secret:hook"), address));
    }

    [Fact]
    public async Task Without_development_mode_loopback_is_refused_for_good()
    {
        var result = await DeliverAsync(new("c", "teams", "secret:hook"), "https://localhost:1/hook?sig=topsecret", allowLoopback: false);

        Assert.Contains("no public address", Assert.IsType<DeliveryResult.Refused>(result).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_webhook_gets_a_signed_cloud_event()
    {
        await using var sink = await WebhookSink.StartAsync(Cancellation);

        await DeliverAsync(new("c", "webhook", "secret:hook") { Key = "secret:key" }, sink.Address.ToString());

        var (headers, body) = Assert.Single(sink.Requests);
        Assert.StartsWith("application/cloudevents+json", headers.ContentType.ToString(), StringComparison.Ordinal);
        var signed = Encoding.UTF8.GetBytes($"{headers["webhook-id"]}.{headers["webhook-timestamp"]}.{Encoding.UTF8.GetString(body)}");
        var expected = "v1," + Convert.ToBase64String(HMACSHA256.HashData(Convert.FromBase64String(SigningSecret[6..]), signed));
        Assert.Equal(expected, headers["webhook-signature"].ToString());
        using var message = JsonDocument.Parse(body);
        Assert.Equal((headers["webhook-id"].ToString(), "com.metricsalerts.alert.fired", "1.0"), (
            message.RootElement.GetProperty("id").GetString(),
            message.RootElement.GetProperty("type").GetString(),
            message.RootElement.GetProperty("specversion").GetString()));
    }

    /// <summary>The example of the Standard Webhooks specification, whose signature is known.</summary>
    [Fact]
    public void The_signature_is_that_of_the_specification()
    {
        var headers = Webhook.StandardWebhookSignature.Headers(
            "msg_p5jXN8AQM9LWM0D4loKWxJek",
            DateTimeOffset.FromUnixTimeSeconds(1614265330),
            "{\"test\": 2432232314}"u8,
            $"{SigningSecret} {SigningSecret}");

        Assert.Equal(("webhook-timestamp", "1614265330"), headers[0]);
        Assert.Equal("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE= v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=", headers[1].Value);
    }

    [Theory]
    [InlineData("plain")]
    [InlineData("whsec_short")]
    [InlineData("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw plain")]
    public async Task A_signing_secret_that_is_none_is_refused_without_being_shown(string secret)
    {
        var exception = await Assert.ThrowsAsync<ChannelConfigurationException>(
            () => DeliverAsync(new("c", "webhook", "secret:hook") { Key = "secret:key" }, "https://example.com", key: secret));

        Assert.DoesNotContain(secret, exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task PagerDuty_gets_an_event_for_each_change_and_an_alert_is_one_incident()
    {
        await using var sink = await WebhookSink.StartAsync(Cancellation);
        var definition = new ChannelDefinition("c", "pagerduty", "secret:hook") { Key = "secret:key" };
        AlertChange[] changes =
        [
            Alerts.Changed(Change.Fired), Alerts.Changed(Change.Fired).On("10.20.0.12"), Alerts.Changed(Change.Resolved)
        ];

        foreach (var change in changes)
            await DeliverAsync(definition, sink.Address.ToString(), key: "routing", notification: Alerts.Notification([change]));

        var events = sink.Requests.Select(request => JsonDocument.Parse(request.Body).RootElement).ToList();
        Assert.Equal(
            [("trigger", changes[0].Alert.Key.Id), ("trigger", changes[1].Alert.Key.Id), ("resolve", changes[0].Alert.Key.Id)],
            events.Select(sent => (sent.GetProperty("event_action").GetString()!, sent.GetProperty("dedup_key").GetString()!)));
        Assert.All(events, sent => Assert.Equal("routing", sent.GetProperty("routing_key").GetString()));
    }

    [Fact]
    public void PagerDuty_takes_one_change_in_a_message_so_that_one_failure_repeats_no_other() =>
        Assert.Equal(
            1, Channel(new("c", "pagerduty", "secret:hook") { Key = "secret:key" }, "https://example.com", key: "routing").MaxChanges);

    internal static Task<DeliveryResult> DeliverAsync(
        ChannelDefinition definition,
        string address,
        bool allowLoopback = true,
        string key = SigningSecret,
        Notification? notification = null,
        TimeProvider? time = null,
        string timeout = "00:00:15") =>
        Channel(definition, address, allowLoopback, key, time, timeout).DeliverAsync(
            notification ?? Alerts.Notification(Change.Fired), Cancellation);

    private static IChannel Channel(
        ChannelDefinition definition,
        string address,
        bool allowLoopback = true,
        string key = SigningSecret,
        TimeProvider? time = null,
        string timeout = "00:00:15")
    {
        var settings = new Dictionary<string, string?>
        {
            ["Secrets:hook"] = address,
            ["Secrets:key"] = key,
            ["Channels:AllowLoopback"] = allowLoopback ? "true" : "false",
            ["Channels:Timeout"] = timeout,
        };
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(settings).Build();
        var services = new ServiceCollection().AddLogging()
            .AddSingleton(time ?? TimeProvider.System)
                .AddSingleton<IConfiguration>(configuration).AddChannels(configuration).BuildServiceProvider();
        return services.GetRequiredService<IChannelFactory>().Create(definition);
    }
}
