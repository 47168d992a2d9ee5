using System.Globalization;
using Vagus.Demo.Connecting;
using Vagus.Demo.Synthetic;

namespace Vagus.Demo.Playing;

/// <summary>Plays one tenant's day: waits for each step's hour on the sped-up clock, then does it.</summary>
internal sealed class PlayDay(Crew crew, Progress progress, TimeProvider clock)
{
    private readonly PerformStep perform = new(crew, clock);

    /// <param name="speed">Clinic time per real time: at 60, an hour of the clinic takes a minute.</param>
    public async Task Run(Clinic clinic, double speed, CancellationToken cancel)
    {
        var plan = DayPlan.Of(clinic);
        if (plan.Count == 0) return;

        var began = clock.GetTimestamp();
        foreach (var step in plan)
        {
            var wait = ((step.At - plan[0].At) / speed) - clock.GetElapsedTime(began);
            if (wait > TimeSpan.Zero) await Task.Delay(wait, clock, cancel);
            Report(clinic, step, await perform.Run(step, cancel));
        }
    }

    private void Report(Clinic clinic, Step step, Ending ending)
    {
        var what = string.Create(
            CultureInfo.InvariantCulture,
            $"{step.At:HH:mm} {clinic.Tenant,-10} {step.Actor.Role,-17} {Subject(step.Act)} {string.Join(' ', step.Events)}");
        switch (ending)
        {
            case Ending.Done done:
                progress.Written(done.Resources);
                progress.Say(what);
                break;
            case Ending.AlreadyDone:
                progress.AlreadyThere();
                break;
            case Ending.Refused refused:
                progress.Refusal(what, refused.Reason);
                break;
        }
    }

    private static string Subject(Act act) => act switch
    {
        Write write => new Transaction("step", write.Resources).Witness,
        Change change => change.Reference,
        Call call => call.Path,
        _ => "",
    };
}
