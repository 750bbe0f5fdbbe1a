using Azure.Core;
using Azure.Core.Pipeline;
using Azure.Data.Tables;
using MetricsAlerts.Storage;

namespace MetricsAlerts.AzureTables.Tests;

/// <summary>What we take a transaction for, against what Azure's client sends.</summary>
public sealed class TableSizeTests(AzuriteFixture azurite)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    // K20
    [Fact]
    public async Task A_transaction_is_never_longer_than_it_is_taken_for()
    {
        var lengths = new RequestLengths();
        var options = new TableClientOptions();
        options.AddPolicy(lengths, HttpPipelinePosition.BeforeTransport);
        var table = new AzureTableStore(azurite.Client(options)).GetTable("Size" + new string('e', 59));
        var random = new Random(20260105);
        await table.CommitAsync("p", [new TableOperation.Upsert(new("first", new Dictionary<string, object>()))], Cancellation);
        for (var batch = 0; batch < 40; batch++)
        {
            var partition = Text(random, random.Next(1, 200));
            var rows = Enumerable.Range(0, random.Next(1, 12)).Select(
                row => new TableRow($"{row}{Text(random, random.Next(0, 200))}", Properties(random))).ToList();
            var etags = await CommitAsync(partition, [.. rows.Select(row => new TableOperation.Insert(row))]);
            etags = await CommitAsync(partition, [.. rows.Zip(etags, (row, etag) => new TableOperation.Replace(row with { ETag = etag }))]);
            await CommitAsync(partition, [.. rows.Zip(etags, (row, etag) => new TableOperation.Delete(row.RowKey, etag))]);
        }

        async Task<IReadOnlyList<string>> CommitAsync(string partition, IReadOnlyList<TableOperation> operations)
        {
            var etags = await table.CommitAsync(partition, operations, Cancellation);
            var estimate = operations.Sum(operation => TableSize.Operation(partition, operation.RowKey, operation.Written));
            Assert.InRange(lengths.Last, 1, estimate);
            return etags;
        }
    }

    private static Dictionary<string, object> Properties(Random random)
    {
        var properties = new Dictionary<string, object>
        {
            ["number"] = long.MinValue,
            ["fraction"] = -1.2345678901234567e-300,
            ["flag"] = false,
            ["time"] = new DateTimeOffset(2026, 1, 5, 1, 2, 3, 4, TimeSpan.Zero),
        };
        for (var i = random.Next(0, 20); i > 0; i--)
        {
            var binary = new byte[random.Next(0, 2_000)];
            random.NextBytes(binary);
            properties[$"p{i}"] = random.Next(2) == 0 ? binary : Text(random, binary.Length);
        }

        return properties;
    }

    private static string Text(Random random, int length)
    {
        const string Characters = "aZ09 -._|:,/{}[]()!\"#$%&'*+<=>?@\\^`~äß世Ж\u0001\n\t";
        return new([.. Enumerable.Range(0, length).Select(_ => Characters[random.Next(Characters.Length)])]);
    }

    private sealed class RequestLengths : HttpPipelineSynchronousPolicy
    {
        public long Last { get; private set; }

        public override void OnSendingRequest(HttpMessage message)
        {
            if (message.Request.Content?.TryComputeLength(out var length) == true)
                Last = length;
        }
    }
}
