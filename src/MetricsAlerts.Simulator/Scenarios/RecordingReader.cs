using System.Globalization;
using MetricsAlerts.Formats;
using MetricsAlerts.Simulator.World;

namespace MetricsAlerts.Simulator.Scenarios;

/// <summary>
/// Reads a recording of predictions: CSV with the columns <c>predicted_at</c>, <c>instance</c>, <c>p</c>, <c>actual</c>,
/// <c>actual_at</c> (empty for never) in any order.
/// </summary>
public static class RecordingReader
{
    private static readonly string[] Columns = ["predicted_at", "instance", "p", "actual", "actual_at"];

    /// <summary>The recording as a world of one deployment named after the file.</summary>
    /// <exception cref="InvalidDataException">
    /// The message names the file, the row, the column, what was found and what is allowed.
    /// </exception>
    public static SimulatedWorld Read(string path)
    {
        var predictions = ReadPredictions(path).ToList();
        if (predictions.Count == 0)
            throw new InvalidDataException($"{path}: the recording has no rows.");
        var log = new PredictionLog(predictions);
        var label = Path.GetFileNameWithoutExtension(path);
        var deployment = new SimulatedDeployment
        {
            Id = HexId.From($"deployment/{label}"),
            Label = label,
            Models = [(log.Start, HexId.From($"model/{label}"))],
            Hosts = log.Hosts,
            Start = log.Start,
        };
        var end = log.LastActual > log.End ? log.LastActual : log.End;
        return new(
            [new PlayedStatistics(deployment, log, [], [], [])],
            Timestamps.Floor(log.Start, TimeSpan.FromDays(1)),
            Timestamps.Floor(end, TimeSpan.FromDays(1)) + TimeSpan.FromDays(1));
    }

    private static IEnumerable<Prediction> ReadPredictions(string path)
    {
        using var reader = new StreamReader(path);
        var header = reader.ReadLine()?.TrimEnd('\r').Split(',') ?? [];
        var places = Columns.Select(column => Array.IndexOf(header, column)).ToArray();
        if (Array.IndexOf(places, -1) is >= 0 and var missing)
            throw new InvalidDataException($"{path}:1: the column '{Columns[missing]}' is missing; found {string.Join(", ", header)}.");

        var line = 1;
        while (reader.ReadLine() is { } text)
        {
            line++;
            if (text.Length == 0)
                continue;
            var fields = text.TrimEnd('\r').Split(',');
            if (fields.Length < header.Length)
                throw new InvalidDataException($"{path}:{line}: found {fields.Length} fields; the header has {header.Length}.");
            string Field(int column) => fields[places[column]];
            InvalidDataException Bad(int column, string allowed) =>
                new($"{path}:{line}: {Columns[column]} is '{Field(column)}'; expected {allowed}.");

            if (!Timestamps.TryParse(Field(0), out var at) || !StoryTime.IsOne(at))
                throw Bad(0, $"a UTC time {StoryTime.Allowed}");
            if (!double.TryParse(Field(2), NumberStyles.Float, CultureInfo.InvariantCulture, out var probability) ||
                probability is not (>= 0 and <= 1))
                throw Bad(2, "a probability from 0 to 1");
            if (Field(3) is not ("0" or "1"))
                throw Bad(3, "0 or 1");
            var actualAt = DateTimeOffset.MaxValue;
            if (Field(4).Length > 0 && !(Timestamps.TryParse(Field(4), out actualAt) && StoryTime.IsOne(actualAt)))
                throw Bad(4, $"a UTC time {StoryTime.Allowed}, or nothing");
            yield return new(at, Field(1), probability, Field(3) == "1" ? 1 : 0, actualAt);
        }
    }
}
