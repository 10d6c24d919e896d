using Npgsql;

namespace Tiffin.Engine.Storage;

/// <summary>
/// Sessions on the primary for one purpose; <c>recheck</c> is how long a host's known state is trusted.
/// </summary>
// The driver dates the state of a host (offline, primary, standby) by the wall clock, and a later date wins over a
// newer answer: after the clock was set back, an offline host would remain offline until the clock had caught up. Here
// the monotonic clock decides. https://github.com/npgsql/npgsql/blob/main/src/Npgsql/NpgsqlDataSource.cs
sealed class PrimarySource(NpgsqlMultiHostDataSource source, TimeSpan recheck) : IAsyncDisposable
{
    // Each session that breaks marks its host as down, also between another caller's attempts. A standby costs each
    // attempt one round trip.
    const int AttemptsMax = 10;

    long clearedAt = Environment.TickCount64;

    public async ValueTask<NpgsqlConnection> Open(CancellationToken cancel)
    {
        if (Environment.TickCount64 - Volatile.Read(ref clearedAt) >= recheck.TotalMilliseconds) ClearHostStates();
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                var connection = await source.OpenConnectionAsync(TargetSessionAttributes.Primary, cancel);
                if (attempt == AttemptsMax || !ConnectionSocket.Of(connection).HasEnded()) return connection;
                // It ended while it was idle, for example because PostgreSQL was restarted. Otherwise its query would
                // fail. The pool's other sessions have probably ended, too.
                source.Clear();
                await connection.DisposeAsync();
            }
            catch (NpgsqlException failed) when (attempt < AttemptsMax && IsRetriable(failed))
            {
                ClearHostStates();
            }
        }
    }

    // Either no host was tried: the driver also considers a host down after it has ended a session because of a damaged
    // page or an unanswered cancellation, and a reader of such a row must not block other readers. Or an idle session
    // had already ended: the driver has discarded the pool's other sessions too, and the next one is new.
    static bool IsRetriable(NpgsqlException failed) => failed switch
    {
        { SqlState: PostgresErrorCodes.AdminShutdown } => true,
        { SqlState: null, InnerException: null } => true,
        { InnerException: AggregateException several } =>
            several.InnerExceptions.All(one => one is NpgsqlException { InnerException: IOException }),
        _ => false,
    };

    void ClearHostStates()
    {
        Volatile.Write(ref clearedAt, Environment.TickCount64);
        source.ClearDatabaseStates();
    }

    public ValueTask DisposeAsync() => source.DisposeAsync();
}
