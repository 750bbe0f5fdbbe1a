using System.Runtime.CompilerServices;
using Azure;
using Azure.Data.Tables;
using Azure.Data.Tables.Models;
using MetricsAlerts.Storage;

namespace MetricsAlerts.AzureTables;

/// <summary>A table of a storage account. Every commit is one entity group transaction.</summary>
internal sealed class AzureTable(TableClient client) : ITable
{
    public string Name => client.Name;

    public async ValueTask<TableRow?> GetAsync(string partitionKey, string rowKey, CancellationToken cancellationToken)
    {
        try
        {
            var found = await client.GetEntityIfExistsAsync<TableEntity>(TableKey.Encode(partitionKey), TableKey.Encode(rowKey), cancellationToken: cancellationToken);
            return found.HasValue ? RowOf(found.Value!) : null;
        }
        catch (RequestFailedException exception) when (exception.ErrorCode == TableErrorCode.TableNotFound)
        {
            return null;
        }
    }

    public async IAsyncEnumerable<TableRow> QueryAsync(string partitionKey, RowKeyRange range, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var filter = TableClient.CreateQueryFilter($"PartitionKey eq {TableKey.Encode(partitionKey)}");
        if (range.From is { } from)
            filter += " and " + TableClient.CreateQueryFilter($"RowKey ge {TableKey.Encode(from)}");
        if (range.To is { } to)
            filter += " and " + TableClient.CreateQueryFilter($"RowKey lt {TableKey.Encode(to)}");

        await using var entities = client.QueryAsync<TableEntity>(filter, cancellationToken: cancellationToken).GetAsyncEnumerator(cancellationToken);
        while (await MoveNextAsync(entities))
            yield return RowOf(entities.Current);
    }

    public async ValueTask<IReadOnlyList<string>> CommitAsync(
        string partitionKey, IReadOnlyList<TableOperation> operations, CancellationToken cancellationToken)
    {
        TableLimits.Check(partitionKey, operations);
        if (operations.Count == 0)
            return [];
        var key = TableKey.Encode(partitionKey);
        var actions = operations.Select(operation => ActionOf(key, operation)).ToList();
        try
        {
            return await SubmitAsync(actions, cancellationToken);
        }
        catch (RequestFailedException exception) when (exception.ErrorCode == TableErrorCode.TableNotFound)
        {
            await client.CreateIfNotExistsAsync(cancellationToken);
            return await SubmitOrConflictAsync(partitionKey, operations, actions, cancellationToken);
        }
        catch (RequestFailedException exception) when (IsConflict(exception))
        {
            throw Conflict(partitionKey, operations, exception);
        }
    }

    private async Task<IReadOnlyList<string>> SubmitOrConflictAsync(
        string partitionKey, IReadOnlyList<TableOperation> operations, List<TableTransactionAction> actions, CancellationToken cancellationToken)
    {
        try
        {
            return await SubmitAsync(actions, cancellationToken);
        }
        catch (RequestFailedException exception) when (IsConflict(exception))
        {
            throw Conflict(partitionKey, operations, exception);
        }
    }

    private async Task<IReadOnlyList<string>> SubmitAsync(List<TableTransactionAction> actions, CancellationToken cancellationToken)
    {
        var responses = await client.SubmitTransactionAsync(actions, cancellationToken);
        return [.. responses.Value.Select(response => response.Headers.ETag?.ToString() ?? "")];
    }

    private static bool IsConflict(RequestFailedException exception) =>
        exception.Status is 404 or 409 or 412 && exception.ErrorCode != TableErrorCode.TableBeingDeleted;

    private TableConflictException Conflict(string partitionKey, IReadOnlyList<TableOperation> operations, RequestFailedException exception)
    {
        var index = exception is TableTransactionFailedException { FailedTransactionActionIndex: { } failed } && failed < operations.Count ? failed : 0;
        var found = exception.Status switch { 409 => "exists already", 404 => "is not there", _ => "was changed by somebody else" };
        return new(Name, partitionKey, operations[index].RowKey, found, exception);
    }

    private static TableTransactionAction ActionOf(string partitionKey, TableOperation operation) => operation switch
    {
        TableOperation.Insert insert => new(TableTransactionActionType.Add, EntityOf(partitionKey, insert.Row)),
        TableOperation.Replace replace => new(TableTransactionActionType.UpdateReplace, EntityOf(partitionKey, replace.Row), new ETag(replace.Row.ETag)),
        TableOperation.Upsert upsert => new(TableTransactionActionType.UpsertReplace, EntityOf(partitionKey, upsert.Row)),
        TableOperation.Delete delete => new(TableTransactionActionType.Delete, new TableEntity(partitionKey, TableKey.Encode(delete.RowKey)), new ETag(delete.ETag)),
        _ => throw new InvalidOperationException($"Unknown operation {operation.GetType().Name}."),
    };

    private static TableEntity EntityOf(string partitionKey, TableRow row)
    {
        var entity = new TableEntity(partitionKey, TableKey.Encode(row.RowKey));
        foreach (var (name, value) in row.Properties)
            entity[name] = value is int number ? (long)number : value;
        return entity;
    }

    private static TableRow RowOf(TableEntity entity)
    {
        var properties = new Dictionary<string, object>(entity.Count, StringComparer.Ordinal);
        foreach (var (name, value) in entity)
        {
            if (value is not null && name is not ("PartitionKey" or "RowKey" or "Timestamp" or "odata.etag"))
                properties[name] = value switch { int number => (long)number, BinaryData binary => binary.ToArray(), _ => value };
        }

        return new(TableKey.Decode(entity.RowKey), properties) { ETag = entity.ETag.ToString() };
    }

    private static async ValueTask<bool> MoveNextAsync(IAsyncEnumerator<TableEntity> entities)
    {
        try
        {
            return await entities.MoveNextAsync();
        }
        catch (RequestFailedException exception) when (exception.ErrorCode == TableErrorCode.TableNotFound)
        {
            return false;
        }
    }
}
