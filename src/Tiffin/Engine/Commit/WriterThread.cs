using System.Collections.Concurrent;

namespace Tiffin.Engine.Commit;

/// <summary>
/// A dedicated thread for the commit loop. On the thread pool, each response from PostgreSQL would queue behind the
/// requests that the last batch has just completed.
/// </summary>
static class WriterThread
{
    /// <summary>Runs asynchronous work with all continuations on one new thread.</summary>
    public static Task Run(string name, Func<Task> work)
    {
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var thread = new Thread(() =>
        {
            using var continuations = new SingleThreadContext();
            SynchronizationContext.SetSynchronizationContext(continuations);
            var done = work();
            done.ContinueWith(_ => continuations.Complete(), TaskScheduler.Default);
            continuations.Run();
            ended.SetFromTask(done);
        })
        {
            Name = name,
            IsBackground = true,
        };
        thread.Start();
        return ended.Task;
    }

    sealed class SingleThreadContext : SynchronizationContext, IDisposable
    {
        readonly BlockingCollection<(SendOrPostCallback Step, object? State)> queue = [];

        public override void Post(SendOrPostCallback d, object? state) => queue.Add((d, state));

        public override SynchronizationContext CreateCopy() => this;

        public void Complete() => queue.CompleteAdding();

        public void Run()
        {
            foreach (var (step, state) in queue.GetConsumingEnumerable()) step(state);
        }

        public void Dispose() => queue.Dispose();
    }
}
