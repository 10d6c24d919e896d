using Npgsql;

namespace Tiffin.Engine.Hosting;

/// <summary>The loops of background services. Both return when the host stops, without an error.</summary>
static class Loop
{
    /// <summary>
    /// Whether the failure is the database's, and so transient. Any other is a defect and must not be retried.
    /// </summary>
    public static bool IsDatabaseFailure(Exception failure) =>
        failure is NpgsqlException or TimeoutException or IOException;

    /// <summary>
    /// Runs now and at every tick. A failure is reported, and the next tick runs again; without
    /// <paramref name="onFailure"/>, or when it is not <paramref name="isRetriable"/>, it ends the loop and the host,
    /// like any failure of a background service.
    /// </summary>
    public static async Task Every(
        TimeSpan interval, TimeProvider clock, Func<CancellationToken, Task> run, Action<Exception>? onFailure,
        CancellationToken stop, Func<Exception, bool>? isRetriable = null)
    {
        using var timer = new PeriodicTimer(interval, clock);
        do await Try(run, onFailure, isRetriable, stop);
        while (await TryWait(timer.WaitForNextTickAsync(stop).AsTask()));
    }

    /// <summary>
    /// Runs again whenever a run returns, and after a backoff when it fails. A run that lasted longer than the longest
    /// wait ends a series of failures.
    /// </summary>
    public static async Task Retry(
        TimeSpan first, TimeSpan max, TimeProvider clock, Func<CancellationToken, Task> run,
        Action<Exception> onFailure, CancellationToken stop, Func<Exception, bool>? isRetriable = null)
    {
        var backoff = new Backoff(first, max);
        while (!stop.IsCancellationRequested)
        {
            var started = clock.GetTimestamp();
            var succeeded = await Try(run, onFailure, isRetriable, stop);
            if (succeeded || clock.GetElapsedTime(started) > max) backoff.Reset();
            if (succeeded) continue;
            backoff.Failed();
            await TryWait(Task.Delay(backoff.Delay(Random.Shared.NextDouble()), clock, stop));
        }
    }

    static async Task<bool> Try(
        Func<CancellationToken, Task> run, Action<Exception>? onFailure, Func<Exception, bool>? isRetriable,
        CancellationToken stop)
    {
        try
        {
            await run(stop);
            return true;
        }
        catch (Exception failure) when (
            stop.IsCancellationRequested || (onFailure is not null && isRetriable?.Invoke(failure) != false))
        {
            // Npgsql wraps a cancellation in an NpgsqlException, which the host would log as a crash of the service.
            if (!stop.IsCancellationRequested) onFailure!(failure);
            return false;
        }
    }

    static async Task<bool> TryWait(Task wait)
    {
        await wait.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return wait.IsCompletedSuccessfully;
    }
}
