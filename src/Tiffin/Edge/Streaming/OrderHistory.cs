using System.Runtime.CompilerServices;
using Npgsql;
using Tiffin.Edge.Access;
using Tiffin.Engine.Storage;

namespace Tiffin.Edge.Streaming;

/// <summary>
/// The events of one order. <paramref name="Positions"/> has their positions in the log, one per version.
/// </summary>
sealed record OrderHistory(Guid OrderId, long[] Positions, bool HasEnded)
{
    /// <summary>Null if the order does not exist or is outside the scope.</summary>
    public static async Task<OrderHistory?> Find(
        Database database, Scope scope, Guid orderId, CancellationToken cancel)
    {
        await using var connection = await database.OpenRequest(cancel);
        await using var command = new NpgsqlCommand { Connection = connection };
        var visible = scope.OrderCondition(command) ?? "true";
        var id = Scope.Bind(command, orderId);
        command.CommandText = $"SELECT positions, closed FROM orders o WHERE o.id = {id} AND {visible}";
        return (await Sql.Rows(command, row => new OrderHistory(
            orderId, row.GetFieldValue<long[]>(0), row.GetBoolean(1)) { Scope = scope }, cancel)).SingleOrDefault();
    }

    public Scope Scope { get; private init; } = Scope.All;

    public async Task<List<StoredEvent>> Events(Database database, CancellationToken cancel)
    {
        await using var connection = await database.OpenRequest(cancel);
        return await EventTable.ReadAt(connection, Positions, cancel);
    }

    /// <summary>
    /// Streams the order's events after the last version that the client received. Returns 204 if that was the last
    /// event, which keeps browsers from reconnecting.
    /// </summary>
    public IResult Stream(HttpContext context, Database database, Func<Frame, ReadOnlyMemory<byte>> view)
    {
        if (context.LastVersion() is not { } seen || seen > Positions.Length)
            return Problems.BadParameter(
                context.LastEventIdPointer()!, $"must be a version of the order, 0 to {Positions.Length}");
        if (HasEnded && seen == Positions.Length) return Results.NoContent();
        return new EventStreamResult(new StreamPlan(
            OrderId, new EventFilter(), After: seen == 0 ? 0 : Positions[seen - 1],
            (after, upTo, cancel) => Between(database, after, upTo, cancel), view,
            // All couriers of a kitchen see an unassigned order, until one of them takes it.
            Scope.CourierId is null ? null : async cancel => await Find(database, Scope, OrderId, cancel) is not null)
        {
            LastVersion = seen,
            End = HasEnded ? Positions[^1] : null,
        });
    }

    async IAsyncEnumerable<StoredEvent> Between(
        Database database, long after, long upTo, [EnumeratorCancellation] CancellationToken cancel)
    {
        // Read again: the order may have new events.
        if (await Find(database, Scope, OrderId, cancel) is not { } now) yield break;
        var wanted = now with { Positions = Array.FindAll(now.Positions, at => at > after && at <= upTo) };
        foreach (var e in await wanted.Events(database, cancel)) yield return e;
    }
}
