namespace MetricsAlerts.Storage;

/// <summary>Gives the tables of one storage account or file by name. A table is created when it is first written.</summary>
public interface ITableStore
{
    /// <summary>The table with this name; the same instance each time.</summary>
    ITable GetTable(string name);
}
