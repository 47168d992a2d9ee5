namespace Vagus.Identity.Keys;

/// <summary>A signing key's row without its secret.</summary>
internal sealed record KeyAge(string Kid, KeyState State, DateTimeOffset Since);

/// <summary>One step of a rotation: create a key in this state, move a key to this state, or forget a key.</summary>
internal abstract record KeyStep
{
    public sealed record Create(KeyState State) : KeyStep;

    public sealed record Promote(string Retire, string Activate) : KeyStep;

    public sealed record Forget(string Kid) : KeyStep;
}

/// <summary>Decides what a rotation needs at this moment. Pure: the caller writes the steps down.</summary>
internal static class KeyRotation
{
    /// <summary>How long a key signs.</summary>
    public static readonly TimeSpan Period = TimeSpan.FromDays(90);

    /// <summary>How long a key is published before it signs: far beyond twice (the JWKS cache time of 10 minutes + skew).</summary>
    public static readonly TimeSpan Notice = TimeSpan.FromHours(1);

    public static KeyStep? NextStep(IReadOnlyList<KeyAge> keys, TimeSpan tokenLifetime, DateTimeOffset now)
    {
        var active = keys.FirstOrDefault(key => key.State == KeyState.Active);
        // Nobody holds a token of ours yet, so the first key needs no notice.
        if (active is null) return new KeyStep.Create(KeyState.Active);

        var next = keys.FirstOrDefault(key => key.State == KeyState.Next);
        var age = now - active.Since;
        if (next is null && age >= Period - Notice) return new KeyStep.Create(KeyState.Next);
        if (next is not null && age >= Period && now - next.Since >= Notice) return new KeyStep.Promote(active.Kid, next.Kid);

        var spent = keys.FirstOrDefault(key => key.State == KeyState.Retired && now - key.Since > tokenLifetime + Notice);
        return spent is null ? null : new KeyStep.Forget(spent.Kid);
    }
}
