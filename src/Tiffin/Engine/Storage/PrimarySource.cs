using Npgsql;

namespace Tiffin.Engine.Storage;

/// <summary>Sessions on the primary for one purpose; <c>recheck</c> is how long a host's state is believed.</summary>
// The driver dates the state of a host (offline, primary, standby) by the wall clock, and a later date wins over a
// newer answer: after the clock was set back, a host that was offline would stay so until the clock had caught up. The
// monotonic clock decides here instead. https://github.com/npgsql/npgsql/blob/main/src/Npgsql/NpgsqlDataSource.cs
sealed class PrimarySource(NpgsqlMultiHostDataSource source, TimeSpan recheck) : IAsyncDisposable
{
    long clearedAt = Environment.TickCount64;

    public ValueTask<NpgsqlConnection> Open(CancellationToken cancel)
    {
        var now = Environment.TickCount64;
        if (now - Volatile.Read(ref clearedAt) >= recheck.TotalMilliseconds)
        {
            Volatile.Write(ref clearedAt, now);
            source.ClearDatabaseStates();
        }
        return source.OpenConnectionAsync(TargetSessionAttributes.Primary, cancel);
    }

    public ValueTask DisposeAsync() => source.DisposeAsync();
}
