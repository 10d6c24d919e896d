namespace Tiffin.Edge.Access;

/// <summary>Lets a burst through, and then a steady rate.</summary>
sealed class TokenBucket(double perSecond, double burst, TimeProvider clock)
{
    readonly Lock single = new();
    double spent;
    long filled = clock.GetTimestamp();

    public bool IsFull
    {
        get
        {
            lock (single)
            {
                Fill();
                return spent <= 0;
            }
        }
    }

    /// <param name="left">Whole tokens that are left.</param>
    /// <param name="wait">Seconds until there is one again, or until the bucket is full.</param>
    public bool Take(out int left, out int wait)
    {
        lock (single)
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
