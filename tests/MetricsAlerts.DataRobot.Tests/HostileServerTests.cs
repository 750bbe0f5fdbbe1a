using System.Net;
using MetricsAlerts.Metrics;
using MetricsAlerts.Metrics.Sources;

namespace MetricsAlerts.DataRobot.Tests;

/// <summary>What a server can answer that is no answer: one line, and the rest goes on.</summary>
public sealed class HostileServerTests
{
    private static readonly DateTimeOffset Start = new(2019, 8, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly Deployment Deployment = new("5c939e08962d741e34f609f0", "NSW price direction");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    // R10, R11
    [Fact]
    public async Task A_deployment_that_is_null_or_comes_twice_does_not_hide_the_others()
    {
        var server = new CannedServer().Answers(
            HttpStatusCode.OK, """{"data":[{"id":"a","label":"one"},null,{"id":"a","label":"one"},{"id":"b"}],"next":null}""");

        Assert.Equal(["a", "b"], (await ListAsync(server)).Select(deployment => deployment.Id));
        Assert.EndsWith("/deployments/?orderBy=label&limit=100", server.Requests[0].RequestUri!.AbsoluteUri, StringComparison.Ordinal);
    }

    // R9
    [Theory]
    [InlineData("http://[", "no address")]
    [InlineData("file:///etc/passwd", "no address")]
    [InlineData("https://evil.example.com/api/v2/deployments/?offset=1", "evil.example.com")]
    [InlineData("https://app.datarobot.com:8443/api/v2/deployments/?offset=1", "8443")]
    public async Task A_next_page_that_is_none_ends_the_list_with_a_line(string next, string word)
    {
        var server = new CannedServer().Answers(HttpStatusCode.OK, $$"""{"data":[],"next":"{{next}}"}""");

        var exception = await Assert.ThrowsAsync<MetricSourceException>(() => ListAsync(server));

        Assert.Contains(word, exception.Message, StringComparison.Ordinal);
        Assert.Single(server.Requests);
    }

    // C10
    [Fact]
    public async Task A_next_page_of_a_server_that_does_not_know_its_scheme_is_asked_for_at_the_endpoint()
    {
        var server = new CannedServer()
            .Answers(HttpStatusCode.OK, """{"data":[{"id":"a"}],"next":"http://app.datarobot.com/api/v2/deployments/?offset=1"}""")
            .Answers(HttpStatusCode.OK, """{"data":[{"id":"b"}],"next":null}""");

        Assert.Equal(2, (await ListAsync(server)).Count);
        Assert.Equal("https://app.datarobot.com/api/v2/deployments/?offset=1", server.Requests[1].RequestUri!.AbsoluteUri);
    }

    // R9
    [Fact]
    public async Task What_a_server_writes_is_cut_and_cleaned()
    {
        var text = "bad\\r\\nfail: FORGED \\u001b[31m" + new string('Z', 60_000);

        var exception = await Assert.ThrowsAsync<MetricSourceException>(
            () => ListAsync(new CannedServer().Answers(HttpStatusCode.UnprocessableEntity, $$"""{"message":"{{text}}"}""")));

        Assert.DoesNotContain(exception.Message, char.IsControl);
        Assert.InRange(exception.Message.Length, 400, 700);
    }

    // R8
    [Fact]
    public async Task A_label_has_no_control_characters()
    {
        var server = new CannedServer().Answers(HttpStatusCode.OK, """{"data":[{"id":"a","label":"one\u001b[31m\u0007 two\u202e\n"}]}""");

        Assert.Equal("one [31m  two", Assert.Single(await ListAsync(server)).Label);
    }

    // F13
    [Theory]
    [InlineData("""{"message":{"unslicedOnly":"unslicedOnly is not allowed key"}}""")]
    [InlineData("""{"message":"Invalid field data","errors":{"a":{"b":["unslicedOnly is not allowed key"]}}}""")]
    public async Task An_error_that_is_an_object_is_told(string body)
    {
        foreach (var status in (HttpStatusCode[])[HttpStatusCode.BadRequest, HttpStatusCode.UnprocessableEntity])
        {
            var exception = await Assert.ThrowsAsync<MetricSourceException>(() => ListAsync(new CannedServer().Answers(status, body)));

            Assert.Equal(MetricSourceProblem.Invalid, exception.Problem);
            Assert.Contains("unslicedOnly is not allowed key", exception.Message, StringComparison.Ordinal);
        }
    }

    // C5
    [Fact]
    public async Task An_endpoint_that_is_no_API_is_said_to_be_none() => Assert.Contains(
        "it ends in /api/v2",
        (await Assert.ThrowsAsync<MetricSourceException>(
            () => ListAsync(new CannedServer().Answers(HttpStatusCode.NotFound, "<html>")))).Message,
        StringComparison.Ordinal);

    // R12, K22
    [Theory]
    [InlineData("999999999")]
    [InlineData("300")]
    [InlineData("Fri, 31 Dec 2100 23:59:59 GMT")]
    public void No_server_is_waited_for_longer_than_twenty_seconds(string header)
    {
        using var response = new HttpResponseMessage(HttpStatusCode.TooManyRequests);
        response.Headers.TryAddWithoutValidation("Retry-After", header);

        Assert.Equal(TimeSpan.FromSeconds(20), Client.RetryAfter.Of(response.Headers, Start));
    }

    // K22
    [Fact]
    public void A_date_to_wait_for_is_heeded()
    {
        using var response = new HttpResponseMessage(HttpStatusCode.TooManyRequests);
        response.Headers.RetryAfter = new(Start.AddSeconds(7));

        Assert.Equal(TimeSpan.FromSeconds(7), Client.RetryAfter.Of(response.Headers, Start));
        Assert.Equal(TimeSpan.Zero, Client.RetryAfter.Of(response.Headers, Start.AddSeconds(30)));
    }

    private static async Task<List<Deployment>> ListAsync(CannedServer server) =>
        await server.Source.ListDeploymentsAsync(Cancellation).ToListAsync(Cancellation);
}
