namespace Tiffin.Chaos.Faults;

/// <summary>A gate that bytes pass through. Closed, it holds them back; opened again, it lets them through.</summary>
sealed class Valve
{
    volatile TaskCompletionSource? closed;

    public void Close() => closed ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Open() => Interlocked.Exchange(ref closed, null)?.TrySetResult();

    public async Task Pass()
    {
        while (closed is { } waiting) await waiting.Task;
    }
}
