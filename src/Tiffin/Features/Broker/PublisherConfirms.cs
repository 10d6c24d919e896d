namespace Tiffin.Features.Broker;

/// <summary>Tracks publisher confirms, which arrive in any order, for one message or for all up to it.</summary>
sealed class PublisherConfirms
{
    readonly Lock gate = new();
    readonly SortedSet<ulong> unconfirmed = [];
    TaskCompletionSource completion = NewCompletion();
    string? failure;

    /// <summary>Completes when the messages numbered from <paramref name="first"/> on are confirmed.</summary>
    public Task Expect(ulong first, int count)
    {
        lock (gate)
        {
            completion = NewCompletion();
            for (var i = 0; i < count; i++) unconfirmed.Add(first + (ulong)i);
            if (failure is not null) completion.SetException(new BrokerException(failure));
            return completion.Task;
        }
    }

    public Task Confirm(ulong deliveryTag, bool multiple)
    {
        lock (gate)
        {
            unconfirmed.Remove(deliveryTag);
            while (multiple && unconfirmed.Count > 0 && unconfirmed.Min < deliveryTag)
                unconfirmed.Remove(unconfirmed.Min);
            if (unconfirmed.Count == 0) completion.TrySetResult();
        }
        return Task.CompletedTask;
    }

    /// <summary>Fails the current and all later expectations.</summary>
    public Task Fail(string reason)
    {
        lock (gate)
        {
            failure ??= reason;
            completion.TrySetException(new BrokerException(failure));
        }
        return Task.CompletedTask;
    }

    static TaskCompletionSource NewCompletion() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}

/// <summary>The broker did not confirm the published events.</summary>
sealed class BrokerException(string reason) : Exception($"Publishing to the broker failed: {reason}");
