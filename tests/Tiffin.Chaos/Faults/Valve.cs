namespace Tiffin.Chaos.Faults;

/// <summary>A gate for bytes: while closed, it holds them back; when it opens, they pass.</summary>
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
