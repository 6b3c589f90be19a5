resource "kibana_connector" "index" {
  name = "Index of the operations team"

  index {
    index                = "alert-history"
    execution_time_field = "fired_at"
  }
}
