namespace Tiffin.Features.Broker;

/// <summary>Which messages the broker has yet to confirm; confirms come in any order, singly or up to one.</summary>
sealed class Confirms
{
    readonly Lock gate = new();
    readonly SortedSet<ulong> open = [];
    TaskCompletionSource all = Source();
    string? broken;

    /// <summary>The task ends when <paramref name="count"/> messages from a number on are confirmed.</summary>
    public Task Expect(ulong first, int count)
    {
        lock (gate)
        {
            all = Source();
            for (var i = 0; i < count; i++) open.Add(first + (ulong)i);
            if (broken is not null) all.SetException(new BrokerException(broken));
            return all.Task;
        }
    }

    public Task Confirmed(ulong number, bool multiple)
    {
        lock (gate)
        {
            open.Remove(number);
            while (multiple && open.Count > 0 && open.Min < number) open.Remove(open.Min);
            if (open.Count == 0) all.TrySetResult();
        }
        return Task.CompletedTask;
    }

    /// <summary>No more confirms are to be hoped for.</summary>
    public Task Broken(string reason)
    {
        lock (gate)
        {
            broken ??= reason;
            all.TrySetException(new BrokerException(broken));
        }
        return Task.CompletedTask;
    }

    static TaskCompletionSource Source() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}

/// <summary>The broker did not take what it was given.</summary>
public sealed class BrokerException(string reason) : Exception($"The broker confirmed nothing: {reason}");
