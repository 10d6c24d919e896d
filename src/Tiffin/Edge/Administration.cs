using Npgsql;
using Tiffin.Domain;
using Tiffin.Edge.Access;
using Tiffin.Edge.OpenApi;
using Tiffin.Engine.Storage;

namespace Tiffin.Edge;

/// <summary>
/// The POSTs that are not on the commit pipeline: ordinary transactions, each at most once for a caller and its
/// Idempotency-Key. An answer of 2xx is kept with the key; a refusal is not, so that it is decided again.
/// </summary>
sealed class Administration(Database database, SecretSeal seal)
{
    /// <summary>
    /// Commits an effect together with its answer, so that neither is there without the other. A second request with
    /// the key waits for the first one.
    /// </summary>
    /// <param name="check">What takes too long for a transaction, such as looking up a name.</param>
    public async Task<IResult> Commit(
        HttpContext context, Guid fingerprint, Func<NpgsqlConnection, Task<IResult>> act,
        Func<Task<Problem?>>? check = null)
    {
        if (Asked.Read(context, fingerprint, out var asked) is { } unreadable) return unreadable;
        var cancel = context.RequestAborted;
        if (check is not null && !await IsKnown(asked, cancel) && await check() is { } refused) return refused;
        await using var change = await database.Begin(cancel);
        if (asked is { } first && await Take(change.Connection, first, cancel) is { } known)
        {
            // The first answer may not be replicated yet; given again, it must be.
            if (known is KeptAnswer) await change.Commit(cancel);
            return known;
        }
        var result = await act(change.Connection);
        if (result is not KeptAnswer answer) return result;
        if (asked is { } done) await Keep(change.Connection, done, answer, cancel);
        await change.Commit(cancel);
        return answer;
    }

    async Task<bool> IsKnown(Asked? asked, CancellationToken cancel)
    {
        if (asked is not { } request) return false;
        await using var connection = await database.OpenReader(cancel);
        return await AdministrativeRequests.Find(connection, request.Key, cancel) is not null;
    }

    /// <summary>
    /// Carries out what no transaction can hold, such as a call to another server. The key is taken before it and
    /// answered after it: if this node dies between the two, the key is free again after a minute.
    /// </summary>
    public async Task<IResult> Perform(HttpContext context, Guid fingerprint, Func<Task<IResult>> act)
    {
        if (Asked.Read(context, fingerprint, out var asked) is { } unreadable) return unreadable;
        if (asked is not { } first) return await act();
        await using (var connection = await database.OpenReader(context.RequestAborted))
            if (await Take(connection, first, context.RequestAborted) is { } known) return known;
        var answer = default(KeptAnswer);
        try
        {
            var result = await act();
            answer = result as KeptAnswer;
            return result;
        }
        finally
        {
            // Also when the caller is gone: the effect stays.
            await using var connection = await database.OpenReader(CancellationToken.None);
            if (answer is null) await AdministrativeRequests.Release(connection, first.Key, CancellationToken.None);
            else await Keep(connection, first, answer, CancellationToken.None);
        }
    }

    /// <summary>The first answer, or why there is none; null when the request is to be carried out.</summary>
    async Task<IResult?> Take(NpgsqlConnection connection, Asked asked, CancellationToken cancel)
    {
        try
        {
            // Below the time-out of a command, so that waiting ends with an answer that says what for.
            await Sql.Run(connection, "SET LOCAL lock_timeout = '3s'", cancel);
            return await AdministrativeRequests.Take(connection, asked.Key, asked.Fingerprint, cancel) is { } known
                ? await Repeated(asked, known, cancel)
                : null;
        }
        catch (PostgresException waited) when (waited.SqlState == PostgresErrorCodes.LockNotAvailable)
        {
            return Problems.InProgress;
        }
    }

    async Task<IResult> Repeated(Asked asked, AdministrativeRequest known, CancellationToken cancel)
    {
        if (known.Fingerprint != asked.Fingerprint) return Problems.Of(new Refusal.KeyReused());
        return known.Answer is { } answer
            ? new KeptAnswer(known.Status!.Value, await seal.Open(answer, asked.Key.Hash, cancel), known.Location, true)
            : Problems.InProgress;
    }

    async Task Keep(NpgsqlConnection connection, Asked asked, KeptAnswer answer, CancellationToken cancel) =>
        await AdministrativeRequests.Answer(connection, asked.Key, answer.Status, answer.Location,
            await seal.Close(answer.Json, asked.Key.Hash, cancel), cancel);

    /// <summary>A request's key, and a hash of what was asked for.</summary>
    readonly record struct Asked(RequestKey Key, Guid Fingerprint)
    {
        /// <param name="asked">Null without a key, where the operation does not require one.</param>
        public static Problem? Read(HttpContext context, Guid fingerprint, out Asked? asked)
        {
            asked = null;
            var isRequired = context.GetEndpoint()!.Metadata.GetRequiredMetadata<IdempotencyKeyUse>().IsRequired;
            if (!isRequired && context.Request.Headers[IdempotencyKey.Header].Count == 0) return null;
            if (IdempotencyKey.Read(context, context.Caller(), out var key) is { } bad) return bad;
            asked = new Asked(key, fingerprint);
            return null;
        }
    }
}
