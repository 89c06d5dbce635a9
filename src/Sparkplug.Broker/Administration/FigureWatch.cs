using Sparkplug.Broker.Sessions;

namespace Sparkplug.Broker.Administration;

/// <summary>Looks at the engine once a second, so that whoever reads counters never waits for the loop, nor the loop for them.</summary>
internal sealed class FigureWatch(BrokerEngine engine) : IDue
{
    private const int Every = 1000;

    private long _due;

    /// <summary>Takes the first look and goes on; before the loop starts, or on it.</summary>
    public void Begin() => Look(engine.Clock.Now, TimeSpan.Zero);

    /// <inheritdoc/>
    public void Due(long now) => Look(now, TimeSpan.FromMilliseconds(now - _due));

    private void Look(long now, TimeSpan late)
    {
        var mean = engine.Delay();
        engine.Metrics.Figures = BrokerFigures.Of(engine, late > mean ? late : mean);
        _due = now + Every;
        engine.Deadlines.Add(this, _due);
    }
}
