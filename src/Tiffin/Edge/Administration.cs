using Npgsql;
using Tiffin.Domain;
using Tiffin.Edge.Access;
using Tiffin.Engine.Storage;

namespace Tiffin.Edge;

/// <summary>
/// Administrative POSTs, which bypass the commit pipeline: ordinary transactions, at most one per caller and
/// Idempotency-Key. A 2xx response is stored with the key; a refusal is not, so that a retry is decided again.
/// </summary>
sealed class Administration(Database database, SecretSeal seal)
{
    /// <summary>
    /// Commits an effect and its stored response in one transaction. A second request with the same key waits for the
    /// first one.
    /// </summary>
    /// <param name="check">A check that is too slow for a transaction, such as a DNS lookup.</param>
    public async Task<IResult> Commit(
        HttpContext context, Guid fingerprint, Func<NpgsqlConnection, Task<IResult>> act,
        Func<Task<Problem?>>? check = null)
    {
        if (Read(context, fingerprint, out var request) is { } unreadable) return unreadable;
        var cancel = context.RequestAborted;
        if (check is not null && !await IsClaimed(request, cancel) && await check() is { } refused) return refused;
        await using var change = await database.Begin(cancel);
        if (request is { } first && await Claim(change.Connection, first, cancel) is { } known)
        {
            // The first response may not be replicated yet; a replay must be.
            if (known is StoredResponse) await change.Commit(cancel);
            return known;
        }
        var result = await act(change.Connection);
        if (result is not StoredResponse answer) return result;
        if (request is { } done) await Store(change.Connection, done, answer, cancel);
        await change.Commit(cancel);
        return answer;
    }

    async Task<bool> IsClaimed(IdempotentRequest? request, CancellationToken cancel)
    {
        if (request is not { } keyed) return false;
        await using var connection = await database.OpenRequest(cancel);
        return await AdministrativeRequestTable.Find(connection, keyed.Key, cancel) is not null;
    }

    /// <summary>
    /// Carries out an effect outside of the database, such as a call to another server. The key is claimed before and
    /// completed after it. If this node dies in between, or <paramref name="act"/> throws, such as when the client
    /// disconnects, the effect may have happened: the claim expires after a minute.
    /// </summary>
    public async Task<IResult> Perform(HttpContext context, Guid fingerprint, Func<Task<IResult>> act)
    {
        if (Read(context, fingerprint, out var request) is { } unreadable) return unreadable;
        if (request is not { } first) return await act();
        await using (var connection = await database.OpenRequest(context.RequestAborted))
        await using (var claim = await connection.BeginTransactionAsync(context.RequestAborted))
        {
            if (await Claim(connection, first, context.RequestAborted) is { } known) return known;
            await claim.CommitAsync(CancellationToken.None);
        }
        var result = await act();
        // Not cancelled with the request: the effect remains.
        await using var completion = await database.OpenRequest(CancellationToken.None);
        if (result is StoredResponse response) await Store(completion, first, response, CancellationToken.None);
        else await AdministrativeRequestTable.Release(completion, first.Key, CancellationToken.None);
        return result;
    }

    // Call it in a transaction. Returns the stored response or a problem; null if this request claimed the key.
    async Task<IResult?> Claim(NpgsqlConnection connection, IdempotentRequest request, CancellationToken cancel)
    {
        try
        {
            // Below the command timeout, so that the response is 409 request_in_progress instead of an error.
            await Sql.Run(connection, "SET LOCAL lock_timeout = '3s'", cancel);
            var known = await AdministrativeRequestTable.Claim(connection, request.Key, request.Fingerprint, cancel);
            return known is null ? null : Replay(request, known);
        }
        catch (PostgresException waited) when (waited.SqlState == PostgresErrorCodes.LockNotAvailable)
        {
            return Problems.InProgress;
        }
    }

    IResult Replay(IdempotentRequest request, AdministrativeRequestRow known)
    {
        if (request.Check(known.Fingerprint) is { } reused) return Problems.Of(reused);
        return known.Response is { } answer
            ? new StoredResponse(
                known.Status!.Value, seal.Unseal(answer, request.Key.Hash), known.Location, IsReplayed: true)
            : Problems.InProgress;
    }

    Task Store(
        NpgsqlConnection connection, IdempotentRequest request, StoredResponse response, CancellationToken cancel) =>
        AdministrativeRequestTable.Complete(connection, request.Key, response.Status, response.Location,
            seal.Seal(response.Json, request.Key.Hash), cancel);

    // The request is null if there is no key and the operation does not require one.
    static Problem? Read(HttpContext context, Guid fingerprint, out IdempotentRequest? request)
    {
        request = null;
        var isRequired = context.GetEndpoint()!.Metadata.GetRequiredMetadata<IdempotencyKeyUse>().IsRequired;
        if (!isRequired && context.Request.Headers[IdempotencyKey.Header].Count == 0) return null;
        if (IdempotencyKey.Read(context, context.Caller(), out var key) is { } bad) return bad;
        request = new IdempotentRequest(key, fingerprint);
        return null;
    }
}
