namespace Tiffin.Edge.Access;

/// <summary>Token bucket: admits a burst, then a sustained rate.</summary>
sealed class TokenBucket(double perSecond, double burst, TimeProvider clock)
{
    readonly Lock gate = new();
    double spent;
    long filled = clock.GetTimestamp();

    public bool IsFull
    {
        get
        {
            lock (gate)
            {
                Fill();
                return spent <= 0;
            }
        }
    }

    /// <param name="left">Remaining whole tokens.</param>
    /// <param name="wait">Seconds until the bucket is full; if no token was taken, until the next one.</param>
    public bool TryTake(out int left, out int wait)
    {
        lock (gate)
        {
            Fill();
            var taken = burst - spent >= 1;
            if (taken) spent++;
            left = (int)(burst - spent);
            wait = (int)Math.Ceiling((taken ? spent : spent - burst + 1) / perSecond);
            return taken;
        }
    }

    void Fill()
    {
        var now = clock.GetTimestamp();
        spent = Math.Max(0, spent - clock.GetElapsedTime(filled, now).TotalSeconds * perSecond);
        filled = now;
    }
}
