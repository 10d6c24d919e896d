using Npgsql;

namespace Tiffin.Engine.Storage;

/// <summary>Sessions on the primary for one purpose; <c>recheck</c> is how long a host's state is believed.</summary>
// The driver dates the state of a host (offline, primary, standby) by the wall clock, and a later date wins over a
// newer answer: after the clock was set back, a host that was offline would stay so until the clock had caught up. The
// monotonic clock decides here instead. https://github.com/npgsql/npgsql/blob/main/src/Npgsql/NpgsqlDataSource.cs
sealed class PrimarySource(NpgsqlMultiHostDataSource source, TimeSpan recheck) : IAsyncDisposable
{
    long clearedAt = Environment.TickCount64;

    public async ValueTask<NpgsqlConnection> Open(CancellationToken cancel)
    {
        if (Environment.TickCount64 - Volatile.Read(ref clearedAt) >= recheck.TotalMilliseconds) Clear();
        try
        {
            return await source.OpenConnectionAsync(TargetSessionAttributes.Primary, cancel);
        }
        catch (NpgsqlException failed) when (SaysNothingOfHosts(failed))
        {
            Clear();
            return await source.OpenConnectionAsync(TargetSessionAttributes.Primary, cancel);
        }
    }

    // Either no host was tried: the driver also takes one to be down after it has ended a session, because of a damaged
    // page or a cancellation that was not answered, and who reads such a row must not keep others from reading. Or an
    // idle session turned out to have ended: the driver has discarded the pool's others, too, and the next one is new.
    static bool SaysNothingOfHosts(NpgsqlException failed) => failed switch
    {
        { SqlState: PostgresErrorCodes.AdminShutdown } => true,
        { SqlState: null, InnerException: null } => true,
        { InnerException: AggregateException several } =>
            several.InnerExceptions.All(one => one is NpgsqlException { InnerException: IOException }),
        _ => false,
    };

    void Clear()
    {
        Volatile.Write(ref clearedAt, Environment.TickCount64);
        source.ClearDatabaseStates();
    }

    public ValueTask DisposeAsync() => source.DisposeAsync();
}
