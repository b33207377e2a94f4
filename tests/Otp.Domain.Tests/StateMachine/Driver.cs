using Otp.Domain.Passcodes;

namespace Otp.Domain.Tests.StateMachine;

/// <summary>Does each step to the aggregate and to the model, and throws where they disagree or where an invariant does not hold.</summary>
internal abstract class Driver
{
    private string _at = "at the start";

    /// <summary>What came up on the way, to see that scripts reach what they are meant to.</summary>
    public HashSet<string> Seen { get; } = [];

    protected abstract DateTimeOffset Now { get; }

    public Driver Run(Script script)
    {
        for (var i = 0; i < script.Steps.Count; i++)
        {
            _at = $"at step {i + 1}, {script.Steps[i]}";
            switch (script.Steps[i])
            {
                case Wait wait:
                    MoveTo(Now + wait.Time);
                    break;
                case WaitUntil until:
                    var end = EndOf(until.Boundary) + TimeSpan.FromMilliseconds(until.Milliseconds);
                    MoveTo(end > Now ? end.Value : Now);
                    break;
                case Forget:
                    DoForget();
                    break;
                default:
                    Do(script.Steps[i]);
                    break;
            }

            CompareState();
        }

        return this;
    }

    protected abstract void Do(Step step);

    /// <summary>
    /// Purges what has ended. The model forgets no more than codes: it looks back at the whole history, so that any difference which the purge makes to a
    /// budget shows later.
    /// </summary>
    protected abstract void DoForget();

    /// <summary>Notes what the purge has found.</summary>
    protected void SawForgotten(AttemptBudget before, AttemptBudget after, int codes, bool isChanged)
    {
        Same("change by the purge", isChanged, codes > 0 || before != after);
        Seen.Add(isChanged ? "forgot" : "nothing to forget");
        if (codes > 0)
        {
            Seen.Add("forgot a code");
        }

        if (before.FailedAttempts > after.FailedAttempts)
        {
            Seen.Add("forgot a count");
        }

        if (before.LastLock is not null && after.LastLock is null)
        {
            Seen.Add("forgot a series");
        }

        if (after.IsLockedAt(Now))
        {
            Same("budget while it is locked", after, before);
            Seen.Add("nothing to forget of a lock");
        }
    }

    protected abstract void CompareState();

    protected abstract void MoveTo(DateTimeOffset time);

    protected abstract DateTimeOffset? EndOf(Boundary boundary);

    protected void Same<T>(string what, T real, T model)
    {
        if (!EqualityComparer<T>.Default.Equals(real, model))
        {
            throw new InvalidOperationException($"{what}: the aggregate says {real?.ToString() ?? "null"}, the model {model?.ToString() ?? "null"}, {_at} ({Now:O}).");
        }
    }

    protected void Holds(bool condition, string invariant)
    {
        if (!condition)
        {
            throw new InvalidOperationException($"Not so: {invariant}, {_at} ({Now:O}).");
        }
    }
}
