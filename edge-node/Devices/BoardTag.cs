using Sparkplug.Metrics;

namespace EdgeNode.Devices;

/// <summary>One value that a board offers, as the board describes it.</summary>
/// <param name="Name">Unique on the board; 1 to 24 of <c>A-Z a-z 0-9 _ - . /</c>, beginning with a letter or digit.</param>
/// <param name="Type">Boolean, Int32 or Float.</param>
/// <param name="IsWritable">True when commands may write it.</param>
/// <param name="Unit">The unit, or null.</param>
/// <param name="Low">The lower end of its range, of the tag's type; null (<see cref="MetricValue.IsNull"/>) for none.</param>
/// <param name="High">The upper end of its range, likewise.</param>
public sealed record BoardTag(string Name, DataType Type, bool IsWritable, string? Unit, MetricValue Low, MetricValue High);
